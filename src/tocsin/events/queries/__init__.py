"""What pages and the API show of reports: the actor in, frozen dataclasses or frames out."""
