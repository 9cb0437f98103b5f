"""The constituency: organisations, contacts, what they own, and whose an event is."""
