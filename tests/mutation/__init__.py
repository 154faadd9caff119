"""Faults made from the syntax tree of the contracts, and whether anything notices them: `make mutation`."""
