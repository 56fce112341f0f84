"""What developers and CI run: set-up, system parts, checks of texts and docs. Not part of the product."""
