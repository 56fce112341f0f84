"""consents with the words agreed to; an index in the order in which waiting texts are claimed

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXED = ("retiree_id", "division_code")


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("wording", sa.String(length=500), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("given_by", sa.String(length=12), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_way", sa.String(length=12), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_inbound_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["flag_id"], ["retiree_flags.id"], name=op.f("fk_consents_flag_id")),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_consents_retiree_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("flag_id", name=op.f("uq_consents_flag_id")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_consents_{column}"), "consents", [column], unique=False)
    op.create_index("ix_messages_queue", "messages", ["status", "priority", "send_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_messages_queue", table_name="messages")
    for column in INDEXED:
        op.drop_index(op.f(f"ix_consents_{column}"), table_name="consents")
    op.drop_table("consents")
