"""Enterprises that speak a carrier's protocol: CMPP, SGIP, SMGP, SMPP."""
