"""Benches and the tools they stand on; nothing here is part of the product."""
