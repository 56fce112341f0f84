"""Districts, streets and communities with their 12-digit codes."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel


class Division(SQLModel, table=True):
    """One administrative division; codes get revoked, so rows carry their time of validity."""

    __tablename__ = "divisions"

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=64)
    level: str = Field(max_length=12)  # city, district, street, community
    parent_code: str | None = Field(default=None, max_length=12, index=True)
    latitude: float | None = None
    longitude: float | None = None
    is_approximate: bool = True  # the place was drawn inside the district's borders
    valid_from: date | None = None
    valid_to: date | None = None
    successor_code: str | None = Field(default=None, max_length=12)
