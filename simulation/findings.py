"""What simulated volunteers find at the door."""

from __future__ import annotations

from random import Random

from domain.visits import VisitKind
from models.retirees import Retiree
from models.visits import Visit

OUTCOMES = (
    ("done_evidence", 0.935),
    ("nobody_home", 0.045),
    ("refused", 0.006),
    ("hospitalised", 0.006),
    ("moved", 0.004),
    ("cannot_verify", 0.003),
    ("deceased", 0.001),
)


def card(retiree: Retiree | None) -> dict[str, object]:
    """What is read off the identity card at the door."""
    return {
        "receipt_number": "SIM-0001",
        "id_checked": True,
        "id_last_four": (retiree.id_number or "")[-4:] if retiree else "",
        "signature": "present",
    }


def certifies(visit: Visit) -> bool:
    """Does the visit certify, alone or beside care?"""
    return visit.kind is VisitKind.CERTIFICATION or visit.with_certification


def draw_outcome(rng: Random) -> str:
    """What is found at the door; mostly the person."""
    draw = rng.random()
    for outcome, share in OUTCOMES:
        draw -= share
        if draw < 0:
            return outcome
    return "done_evidence"
