"""A whole market on one machine: a test chain, orchestrators and gateways as real processes, and their accounts."""
