"""What owners are told, how they answer, and the mail that carries it."""
