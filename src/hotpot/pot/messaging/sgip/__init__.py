"""SGIP 1.2: China Unicom's protocol. Who has something to say connects: a listener of ours hears replies."""
