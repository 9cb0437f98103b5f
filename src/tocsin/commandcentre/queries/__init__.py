"""What the first pages show, gathered from the other apps, each part cut to its actor."""
