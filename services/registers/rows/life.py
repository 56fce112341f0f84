"""What a register's pension state and place of residence say about a person's life."""

from __future__ import annotations

from models.retirees import LifeStatus

DEATH = "stopped_death"
_BY_BENEFIT = {
    DEATH: LifeStatus.DECEASED,
    "suspended_missing": LifeStatus.MISSING,
    "suspended_imprisoned": LifeStatus.IMPRISONED,
}


def life_of(residence: str, benefit_state: str) -> LifeStatus:
    """Dead, missing and imprisoned by the pension's state; away for residence outside the city."""
    if life := _BY_BENEFIT.get(benefit_state):
        return life
    return LifeStatus.LIVING if residence in ("", "local") else LifeStatus.AWAY


def next_life(now: LifeStatus, stated_before: LifeStatus, stated: LifeStatus) -> LifeStatus:
    """The status after an import.

    A register that says the same as before changes nothing, and what visitors have found out (in
    hospital, moved) stays; only death is always believed, and never taken back by a register.
    """
    if now is LifeStatus.DECEASED or stated is LifeStatus.DECEASED:
        return LifeStatus.DECEASED
    if stated is stated_before or now not in (stated_before, LifeStatus.LIVING):
        return now
    return stated
