"""The simulated carrier: a small network of phones behind the interface that real carriers fill."""
