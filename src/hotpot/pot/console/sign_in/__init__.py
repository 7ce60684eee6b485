"""Signing in by a code sent to the phone, and a person's own account."""
