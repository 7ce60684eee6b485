"""The record: every business verb leaves one event in its own transaction."""
