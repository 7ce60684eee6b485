"""The member's phone: home screen, messages, and who I am."""
