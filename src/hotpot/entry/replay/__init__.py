"""A real office's log, played through the platform by its real paths."""
