"""What only a machine with a GPU can show: `make gpu`, docs in tests/gpu/__main__.py."""
