"""Statistics over arrays: the ground floor of the library, which imports nothing from above."""
