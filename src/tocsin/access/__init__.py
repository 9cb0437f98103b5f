"""Who may do what, and how far each may see: permission declarations, visibility, row-level security."""
