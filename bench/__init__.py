"""Measurements, each with its command; figures as JSON lines. Nothing here decides a test."""
