"""What screens, programs and files read of the constituency; every read is cut to its actor."""
