"""A seeded market to look at: made once, through the verbs that people use."""
