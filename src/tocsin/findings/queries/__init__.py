"""What screens, programs and other parts read of findings; every read is cut to its actor."""
