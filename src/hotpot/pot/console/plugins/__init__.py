"""Plug-ins: the ways in of companies' existing systems, for operators and for the companies themselves."""
