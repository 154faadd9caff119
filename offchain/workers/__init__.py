"""What does the work: the protocol of a worker and the backends behind it."""
