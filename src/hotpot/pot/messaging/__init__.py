"""Messages out and in, templates, asks and replies, carriers."""
