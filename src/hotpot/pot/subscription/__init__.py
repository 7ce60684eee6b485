"""Orders, subscriptions, seats, entitlements."""
