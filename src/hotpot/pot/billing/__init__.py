"""Charges become bills."""
