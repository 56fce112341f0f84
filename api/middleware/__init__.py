"""What happens to every request, outermost first."""

from __future__ import annotations

from api.middleware.access import enforce_rules
from api.middleware.bodies import limit_bodies
from api.middleware.csrf import refuse_foreign_forms
from api.middleware.errors import answer_errors
from api.middleware.hosts import refuse_foreign_hosts
from api.middleware.language import choose_language
from api.middleware.logs import log_requests
from api.middleware.sessions import find_who_asks

MIDDLEWARES = (
    limit_bodies,
    log_requests,
    answer_errors,
    refuse_foreign_hosts,
    find_who_asks,
    choose_language,
    enforce_rules,
    refuse_foreign_forms,
)

__all__ = ["MIDDLEWARES"]
