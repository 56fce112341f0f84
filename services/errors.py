"""What a step may refuse. `code` is for programs, the text for people (source strings are English).

ServiceError
├── NotFound      the row does not exist (or is outside the reader's area)
├── NotAllowed    the rules forbid it to this person
├── WrongMoment   the row's status does not allow it now
└── BadInput      a value cannot be used; `field` names it
"""

from __future__ import annotations


class ServiceError(Exception):
    """Base of all refusals."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


class NotFound(ServiceError):  # noqa: N818  # errors say what is wrong
    """The row does not exist."""


class NotAllowed(ServiceError):  # noqa: N818  # errors say what is wrong
    """The rules forbid it."""


class WrongMoment(ServiceError):  # noqa: N818  # errors say what is wrong
    """Not in this status."""


class BadInput(ServiceError):  # noqa: N818  # errors say what is wrong
    """A value cannot be used."""
