"""Second opinions on the contracts, by tools of others: `make audit`, or one of them with `python -m tests.audit`."""
