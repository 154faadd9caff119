"""Decoding and scaling on CUDA devices; nothing here imports CUDA before a device is opened, in a child process."""
