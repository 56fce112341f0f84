"""What one cell of a register means: pure functions from a raw cell to a value."""
