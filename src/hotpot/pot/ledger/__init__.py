"""Accounts, entries, holds: any asset, double entry."""
