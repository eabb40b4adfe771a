"""Training many models in lockstep, and observing them."""
