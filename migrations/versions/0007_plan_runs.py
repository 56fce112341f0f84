"""runs of the planner: how far they are, who may stop them, their parts on several workers

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CAMPAIGN = "fk_plan_runs_campaign_id"
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
AWAKE = sa.text("wake_at IS NOT NULL")


def upgrade() -> None:
    for column in (
        # Runs of before have ended.
        sa.Column("status", sa.String(length=24), nullable=False, server_default="done"),
        sa.Column("lane", sa.String(length=24), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked_by", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("plan_runs", column)
    campaign = sa.Column(
        "campaign_id", sa.Uuid(), sa.ForeignKey("campaigns.id", name=CAMPAIGN), nullable=True
    )
    # Within the column: SQLite cannot add a constraint to a table that is there.
    op.add_column("plan_runs", campaign, inline_references=True)
    op.create_index(op.f("ix_plan_runs_campaign_id"), "plan_runs", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_plan_runs_lane"), "plan_runs", ["lane"], unique=True)
    op.create_index("ix_plan_runs_started_at", "plan_runs", ["started_at"], unique=False)
    op.create_table(
        "plan_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=6), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seats", JSON, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["plan_runs.id"], name=op.f("fk_plan_parts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_parts")),
        sa.UniqueConstraint("run_id", "area", name=op.f("uq_plan_parts_run_id")),
    )
    op.create_index(
        "ix_plan_parts_waking",
        "plan_parts",
        ["wake_at"],
        unique=False,
        sqlite_where=AWAKE,
        postgresql_where=AWAKE,
    )


def downgrade() -> None:
    op.drop_table("plan_parts")
    for index in ("ix_plan_runs_started_at", "ix_plan_runs_lane", "ix_plan_runs_campaign_id"):
        op.drop_index(index, table_name="plan_runs")
    for column in ("campaign_id", "done", "stop_asked_by", "ended_at", "lease_until", "lane", "status"):
        op.drop_column("plan_runs", column)
