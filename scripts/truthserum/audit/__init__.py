"""An audit of a user's own data and model: does it tell who was in its training set?"""
