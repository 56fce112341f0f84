"""Everything that may be wrong with a row, in words for the office that wrote it."""
