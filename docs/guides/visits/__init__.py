"""The example of docs/guides/developer.md: a dish that keeps visits to customers."""
