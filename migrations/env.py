"""Runs migrations on the connection that `models.migrate` hands over."""

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

import models  # noqa: F401  # registers every table
from models.migrate import include_object


def render_plain_type(kind: str, obj: Any, _context: Any) -> str | bool:
    """Revisions name SQLAlchemy's types only, so that they outlive our own classes."""
    if kind == "type" and isinstance(obj, TypeDecorator):
        return f"sa.{obj.impl!r}"
    return False


connection = context.config.attributes["connection"]
if connection is None:
    raise SystemExit("run migrations through: tanfang migrate")
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_plain_type,
    include_object=include_object,
)
with context.begin_transaction():
    context.run_migrations()
