"""Reads for the screens, the API and the services: actor in, frozen values out."""
