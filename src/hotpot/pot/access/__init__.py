"""Who may see what: the reader of a request, and row-level security under every table."""
