"""Every socket that Tocsin opens: the only place that may."""
