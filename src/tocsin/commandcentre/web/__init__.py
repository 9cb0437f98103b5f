"""The first pages: today, search, the queue."""
