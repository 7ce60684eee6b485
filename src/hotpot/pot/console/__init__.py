"""Pages that join capabilities, one area a kind of user."""
