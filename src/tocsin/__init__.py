"""Tocsin (警钟): the coordinator's loop, from report to proven fix."""
