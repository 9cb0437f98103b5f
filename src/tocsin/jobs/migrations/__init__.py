"""The database of `jobs`, step by step."""
