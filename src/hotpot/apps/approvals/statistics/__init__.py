"""Where a company's requests wait, and how long."""
