"""What the rows mean for the registered persons: plain decisions, nothing is written."""
