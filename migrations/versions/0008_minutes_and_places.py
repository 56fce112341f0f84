"""minutes that wait to be confirmed; where a visit is made that is not made at home

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("minutes_ledger", sa.Column("to_confirm", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "visits", sa.Column("place_division", sa.String(length=12), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("visits", "place_division")
    op.drop_column("minutes_ledger", "to_confirm")
