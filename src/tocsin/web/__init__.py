"""Page frame, components, static files, API frame: what every app's pages and operations stand on. Knows no app."""
