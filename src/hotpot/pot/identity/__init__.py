"""People by phone number: sign-in, tokens, whose number it is."""
