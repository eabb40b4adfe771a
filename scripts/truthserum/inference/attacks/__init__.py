"""Attacks: whether each target was in the training set of each model."""
