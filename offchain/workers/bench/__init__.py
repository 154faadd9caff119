"""Measures a worker: sessions beside each other, stages of a segment, FFmpeg's command line on the same ladder."""
