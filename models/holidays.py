"""Years of the State Council's table of days off, as an office has loaded them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.base import Row
from models.columns import JsonText, UtcDateTime


class HolidayYear(Row, table=True):
    """One published year; it wins over what the calendar library knows."""

    __tablename__ = "holiday_years"

    year: int = Field(unique=True)
    days: dict[str, Any] = Field(sa_type=JsonText)  # {"off": ["2027-01-01", …], "work": […]}
    source: str = Field(max_length=128)
    loaded_by: str = Field(max_length=64)
    loaded_at: datetime = Field(sa_type=UtcDateTime)
