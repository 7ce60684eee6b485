"""The front door: what Hotpot is, and, in the demo, one click into each role."""
