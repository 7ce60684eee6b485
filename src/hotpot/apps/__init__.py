"""The dishes: apps that stand on `hotpot.sdk` only."""
