"""The composition root: the command line, and what starts in which process."""
