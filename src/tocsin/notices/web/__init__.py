"""Pages of notices: for the desk, for owners who sign in, and for whoever holds a notice's link."""
