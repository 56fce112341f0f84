"""a member of staff may be a volunteer too, and does not review the own visits

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = "fk_staff_volunteer_id_volunteers"


def upgrade() -> None:
    column = sa.Column("volunteer_id", sa.Uuid(), sa.ForeignKey("volunteers.id", name=KEY), nullable=True)
    # Within the column: SQLite cannot add a constraint to a table that is there.
    op.add_column("staff", column, inline_references=True)


def downgrade() -> None:
    op.drop_column("staff", "volunteer_id")  # its constraint goes with it
