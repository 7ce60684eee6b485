"""A company's own mail on the phone. Stands on hotpot.sdk alone."""
