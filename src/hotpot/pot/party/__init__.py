"""Operators, integrators, developers, customers, their people and their agreements."""
