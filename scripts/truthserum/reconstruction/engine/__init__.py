"""Training of many models that differ in one record."""
