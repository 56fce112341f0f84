"""texts: numbers with which something is wrong, texts in place of others, pace of a gateway, who answered

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("hard_failures", sa.Integer(), nullable=False),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_states")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_phone_states_phone_index")),
    )
    op.add_column("gateway_states", sa.Column("segments", sa.Float(), server_default="0", nullable=False))
    op.add_column("gateway_states", sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("carrier_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_messages_carrier_id"), "messages", ["carrier_id"], unique=False)
    op.add_column("messages", sa.Column("follows_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_messages_follows_id"), "messages", ["follows_id"], unique=False)
    op.add_column("retirees", sa.Column("answered_index", sa.LargeBinary(), nullable=True))
    op.add_column("retirees", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("volunteers", "hard_failures")


def downgrade() -> None:
    op.add_column("volunteers", sa.Column("hard_failures", sa.Integer(), server_default="0", nullable=False))
    op.drop_column("retirees", "answered_at")
    op.drop_column("retirees", "answered_index")
    op.drop_index(op.f("ix_messages_follows_id"), table_name="messages")
    op.drop_column("messages", "follows_id")
    op.drop_index(op.f("ix_messages_carrier_id"), table_name="messages")
    op.drop_column("messages", "carrier_id")
    op.drop_column("gateway_states", "counted_at")
    op.drop_column("gateway_states", "segments")
    op.drop_table("phone_states")
