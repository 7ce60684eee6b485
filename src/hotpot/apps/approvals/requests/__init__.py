"""Requests of a company's own: sent, decided, kept."""
