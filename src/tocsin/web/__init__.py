"""Page frame, components, static files and API frame: what every app's pages and operations stand on. Knows no other app."""
