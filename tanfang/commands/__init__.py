"""The verbs of the command line, one file per concern; each has `register(app)`."""
