"""The planner beside its peers: instances, adapters, a table, quality over time, growth."""
