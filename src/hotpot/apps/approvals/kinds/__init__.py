"""Kinds of request: a company's forms with their flows, drafts of them and what was published."""
