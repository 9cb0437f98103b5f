"""What the desk looks at first: the state of the day, sources, the queue. Reads the other apps."""
