"""Approvals of the company's own office system on the phone. Stands on hotpot.sdk alone."""
