"""Where enterprises' systems come in: HTTP, the carriers' protocols as a server, and what they are told."""
