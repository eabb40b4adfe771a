"""Privacy games, lockstep training, attacks and statistics: pure functions over arrays."""
