"""The append-only trail: who changed or looked at what, when, from where and why."""
