"""The only place that knows the queue: tasks are declared, enqueued, taken up again and shown through here."""
