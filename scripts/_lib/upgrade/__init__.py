"""Replacing the implementation behind a proxy: compare, try, stage, put in place, look again."""
