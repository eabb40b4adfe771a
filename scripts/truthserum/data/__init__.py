"""Data sets: verified bytes from whatever source, decoded into plain arrays."""
