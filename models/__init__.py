"""Tables and the queries over them, one file per noun."""

# The one visible list of table modules: importing the package registers every table for migrations.
from models import (
    audit,
    campaigns,
    care,
    consents,
    desk,
    divisions,
    holidays,
    life,
    messages,
    plans,
    policies,
    pools,
    retirees,
    service_records,
    staff,
    trips,
    visits,
    volunteers,
)

__all__ = [
    "audit",
    "campaigns",
    "care",
    "consents",
    "desk",
    "divisions",
    "holidays",
    "life",
    "messages",
    "plans",
    "policies",
    "pools",
    "retirees",
    "service_records",
    "staff",
    "trips",
    "visits",
    "volunteers",
]
