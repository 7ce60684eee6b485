"""The virtual handset: phones of the simulated network on a page. Demo and debug only."""
