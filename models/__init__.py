"""Tables and the queries over them, one file per noun."""

# The one visible list of table modules: importing the package registers every table for migrations.
from models import (
    audit,
    campaigns,
    desk,
    divisions,
    messages,
    plans,
    policies,
    retirees,
    staff,
    visits,
    volunteers,
)

__all__ = [
    "audit",
    "campaigns",
    "desk",
    "divisions",
    "messages",
    "plans",
    "policies",
    "retirees",
    "staff",
    "visits",
    "volunteers",
]
