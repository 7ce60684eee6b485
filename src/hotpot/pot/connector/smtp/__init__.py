"""Mails in: one to a number becomes a message, one to a question's address is its answer."""
