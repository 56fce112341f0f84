"""Texts under kill -9, under faults, and under load: every figure counted at the gateway's stand-in."""
