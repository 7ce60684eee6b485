"""Seats become charges."""
