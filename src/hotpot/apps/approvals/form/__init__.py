"""Forms of a company's own: which fields, what may be in them, how they are read and shown. Pure."""
