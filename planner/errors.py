"""What the planner raises."""


class ProblemError(ValueError):
    """A problem that cannot be planned; the text names the array and the row."""
