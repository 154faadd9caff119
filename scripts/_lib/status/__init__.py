"""The state of the protocol at a glance."""
