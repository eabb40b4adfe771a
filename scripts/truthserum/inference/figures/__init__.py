"""Figures of membership and attribute inference."""
