"""Video as data: profiles, segments, probing, HLS, and the child process that touches foreign bytes."""
