"""The platform: one folder a capability."""
