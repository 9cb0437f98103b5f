"""People and programs that sign in, the roles they hold, and the actor each request resolves to."""
