"""The enterprise's own systems: rows become tasks, decisions go back."""
