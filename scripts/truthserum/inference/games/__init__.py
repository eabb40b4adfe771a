"""Games: whose membership or attribute is the secret, and how it is poisoned."""
