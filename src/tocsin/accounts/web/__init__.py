"""Pages of accounts: sign in, sign out, who can do what."""
