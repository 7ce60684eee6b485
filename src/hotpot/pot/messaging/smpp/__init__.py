"""SMPP 3.4: what the rest of the world speaks."""
