"""From what an informed adversary sees of a model to the one record it does not know."""
