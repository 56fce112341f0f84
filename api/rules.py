"""Who may call a route. Every handler carries its rule; without one the application does not start.

    @signed_in(Role.CITY_ADMIN)
    async def show_policy(request): ...

The rule decides about the function only. Which rows are seen is decided by the reader of the session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from aiohttp import web
from aiohttp.web_urldispatcher import StaticResource

from models.staff import Role

H = TypeVar("H")
ATTRIBUTE = "access_rule"


class Access(StrEnum):
    """The kinds of rule."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    VOLUNTEER_CODE = "volunteer_code"
    EMBEDDED_ONLY = "embedded_only"
    LOOPBACK_OR_TOKEN = "loopback_or_token"  # noqa: S105  # the name of a rule
    GATEWAY = "gateway"


@dataclass(frozen=True)
class Rule:
    """`roles`: who of the staff, empty for all of them."""

    access: Access
    roles: frozenset[Role] = frozenset()

    def __call__(self, handler: H) -> H:
        """Use as a decorator, outermost."""
        setattr(handler, ATTRIBUTE, self)
        return handler


public = Rule(Access.PUBLIC)
# The handler itself checks the code that was typed in.
volunteer_code = Rule(Access.VOLUNTEER_CODE)
# The phone simulator: only where one process does everything and texts go nowhere else.
embedded_only = Rule(Access.EMBEDDED_ONLY)
loopback_or_token = Rule(Access.LOOPBACK_OR_TOKEN)
# Webhooks: the handler itself checks the gateway's signature.
gateway_signed = Rule(Access.GATEWAY)


def signed_in(*roles: Role) -> Rule:
    """Members of staff, of the given roles or any."""
    return Rule(Access.SIGNED_IN, frozenset(roles))


class RuleMissing(Exception):  # noqa: N818  # errors say what is wrong
    """A route was registered without saying who may call it."""


def rule_of(handler: Callable[..., object] | object) -> Rule | None:
    """The rule that a handler carries."""
    return getattr(handler, ATTRIBUTE, None)


def check_every_route_has_a_rule(app: web.Application) -> None:
    """Raise `RuleMissing` naming the routes without a rule. Static files are public."""
    missing = [
        f"{route.method} {route.resource.canonical if route.resource else ''}"
        for route in app.router.routes()
        if rule_of(route.handler) is None and not isinstance(route.resource, StaticResource)
    ]
    if missing:
        raise RuleMissing(f"routes without an access rule: {', '.join(sorted(set(missing)))}")


# Who changes visits, who reviews evidence, who may see what is sealed (with a reason, audited).
EDITORS = (Role.CITY_ADMIN, Role.DISTRICT_AGENCY, Role.STREET_COORDINATOR, Role.COMMUNITY_OFFICER)
REVIEWERS = (Role.CITY_ADMIN, Role.DISTRICT_AGENCY, Role.REVIEWER)
LOOKERS = (*EDITORS, Role.REVIEWER)
KNOW_RETIREES = (*LOOKERS, Role.AUDITOR)
# The agency: what is proposed to it, and the lists with names.
LISTERS = (Role.CITY_ADMIN, Role.DISTRICT_AGENCY)
OVERSEERS = (Role.CITY_ADMIN, Role.AUDITOR)
