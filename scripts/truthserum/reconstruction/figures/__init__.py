"""Figures of reconstruction by an informed adversary."""
