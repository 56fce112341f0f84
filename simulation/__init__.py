"""Simulated people, phones and time, for the demo, load tests and reliability tests."""
