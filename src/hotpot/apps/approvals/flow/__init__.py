"""The company's own flows: what it lays down, and how a request goes through it. Pure, no I/O."""
