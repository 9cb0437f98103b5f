"""The design page: every component in every state, and sample pages to copy from. Its data is invented and touches no table."""
