"""Shadowserver's report types, one file a type, found by being here (public report schema)."""
