"""From rows to the planner's arrays and back: plans, and who else could go."""
