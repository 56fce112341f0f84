"""Steps on both databases, as in the tests of the services."""

from tests.services.conftest import clock, steps

__all__ = ["clock", "steps"]
