"""Pure codecs, one file (or package) a format: bytes to frames and back; no Django, no clock, no network."""
