"""Puts the parts together: settings, addresses, API assembly, command line. Imports all, nobody imports it."""
