"""Privacy games: who holds which secret, what the adversary adds, what is asked of the models."""
