"""Tocsin (警钟): the coordinator's loop, from report to proven fix."""

__version__ = "0.1.0"
