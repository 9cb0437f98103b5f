"""The template library `tocsin`."""
