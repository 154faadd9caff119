"""The exact scaler: bicubic in integers, as libswscale computes it; tap tables, and the kernel that uses them."""
