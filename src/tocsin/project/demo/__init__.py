"""The demo: ninety days of a fictional province replayed through the services, served, and checked."""
