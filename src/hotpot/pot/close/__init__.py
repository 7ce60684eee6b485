"""The close of a month: charges, bills, shares, postings and statements as one plan."""
