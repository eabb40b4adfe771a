"""Ways from what is seen of a model to a record."""
