"""Apps, their offers and prices."""
