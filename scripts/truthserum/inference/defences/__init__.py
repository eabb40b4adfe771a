"""What the owner of the data does against leakage."""
