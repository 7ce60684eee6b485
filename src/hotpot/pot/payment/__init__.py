"""How bills are paid: payments and their providers, wallets, dunning, write-offs, bank files."""
