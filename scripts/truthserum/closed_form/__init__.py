"""Reconstruction in closed form from generalised linear models (arXiv 2201.04845)."""
