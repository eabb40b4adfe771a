"""Figures of closed-form reconstruction."""
