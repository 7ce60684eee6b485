"""Intake of usage: events come in over HTTP, are kept once each, and are counted by meters."""
