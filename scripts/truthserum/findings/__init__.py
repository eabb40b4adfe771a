"""What all experiments together say: comparisons, statements and the ledger."""
