"""Ten million tickets, random and mutated, judged by this package and by the contracts, in process."""
