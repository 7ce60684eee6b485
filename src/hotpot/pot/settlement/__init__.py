"""Charges become shares, statements and payables."""
