"""The design page: every component in every state, and sample pages to copy from. Invented data, no table touched."""
