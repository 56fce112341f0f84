"""Numbers people read out: visits, and the personal codes of volunteers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlmodel import col

from models.ids import random_digits
from models.plans import Serial
from services.steps import Step


async def take_serials(step: Step, name: str, count: int) -> int:
    """Reserve `count` numbers of a series; returns the first. The row lock orders concurrent takers."""
    taken = await step.session.scalar(
        update(Serial)
        .where(col(Serial.name) == name)
        .values(value=col(Serial.value) + count)
        .returning(col(Serial.value))
    )
    if taken is None:
        step.session.add(Serial(name=name, value=count))
        await step.session.flush()
        return 1
    return int(taken) - count + 1


async def visit_numbers(step: Step, day: date, count: int) -> list[str]:
    """`2611-00042`: year and month in which the visit fell due, then a running number."""
    month = f"{day:%y%m}"
    first = await take_serials(step, f"visits/{month}", count)
    return [f"{month}-{number:05d}" for number in range(first, first + count)]


def volunteer_code() -> str:
    """`T4829-1742`: first digit 4 to 9, so that no code looks like an answer (1, 2, 3)."""
    digits = random_digits(8)
    return f"T{4 + int(digits[0]) % 6}{digits[1:4]}-{digits[4:]}"


def visit_code() -> str:
    """Four digits that the visitor says to the retiree."""
    return random_digits(4)
