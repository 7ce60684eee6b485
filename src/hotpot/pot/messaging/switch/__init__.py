"""The switch: what may go out, and to which carrier."""
