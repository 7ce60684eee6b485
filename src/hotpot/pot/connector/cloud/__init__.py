"""The HTTP interface of cloud MAS: an existing client works by changing its address."""
