"""Hotpot: industry mobile apps, hosted, charged and shared."""
