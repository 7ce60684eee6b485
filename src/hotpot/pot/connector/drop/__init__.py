"""Files of messages that enterprises drop in a folder, and the files that they get back."""
