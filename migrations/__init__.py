"""Alembic's revisions, the same for SQLite and PostgreSQL."""
