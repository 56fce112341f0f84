"""Whatever the services write down has words on the pages."""

from __future__ import annotations

import re
from pathlib import Path

from api.pages.words import WORDS
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.outcomes import Outcome
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.staff import Role
from planner.reasons import Reason
from services.answers import Answer

SERVICES = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "services").rglob("*.py"))
MOVED = re.compile(r"(?:move|note)\(\s*step,\s*visit,([^)]*)")
OPENED = re.compile(
    r'(?:open_visit_item\(\s*step,\s*visit|open_item\(\s*step|to_desk\(step, row),\s*"([a-z_]+)"'
)
CAUSES = re.compile(r'\bcode="([a-z_]+)"|"code": "([a-z_]+)"|cancel_visit\(\s*step, visit, "([a-z_]+)"')


def test_events_matters_and_causes() -> None:
    events = {e for part in MOVED.findall(SERVICES) for e in re.findall(r'"([a-z_]+\.[a-z_]+)"', part)}
    assert len(events) > 20
    assert events - WORDS["event"].keys() == set()
    assert set(OPENED.findall(SERVICES)) - WORDS["matter"].keys() == set()
    causes = {cause for found in CAUSES.findall(SERVICES) for cause in found if cause}
    assert (causes | set(Reason)) - WORDS["cause"].keys() == set()


def test_every_status_kind_outcome_and_role() -> None:
    for group, codes in (
        ("kind", VisitKind),
        ("status", VisitStatus),
        ("seat", SeatStatus),
        ("offer", OfferStatus),
        ("message", MessageStatus),
        ("outcome", Outcome),
        ("role", Role),
        ("answer", Answer),
    ):
        assert set(codes) - WORDS[group].keys() == set(), group
