"""The pages of the constituency."""
