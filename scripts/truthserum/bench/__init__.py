"""Yardsticks of speed: the same work as people plainly write it, and how the two are compared."""
