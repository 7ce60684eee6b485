"""The operator's pages of the switch: what goes out, by whom, and who decides."""
