"""From scores to the tables that figures, ledger and reports are made of."""
