"""CMPP 2.0 and 3.0: China Mobile's protocol between a short message gateway and who sends through it."""
