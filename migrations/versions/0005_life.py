"""proposals to the agency, stays in hospital, incidents, transfers, suspicions; certifications stay as entered

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EVENTS = "certification_events"
FIXED = "occurred_on, channel, retiree_id"


def upgrade() -> None:
    op.create_table(
        "holiday_years",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "days", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("loaded_by", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_years")),
        sa.UniqueConstraint("year", name=op.f("uq_holiday_years_year")),
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(length=24), nullable=False),
        sa.Column("from_division", sa.String(length=12), nullable=False),
        sa.Column("from_agency", sa.String(length=24), nullable=False),
        sa.Column("to_division", sa.String(length=12), nullable=False),
        sa.Column("to_agency", sa.String(length=24), nullable=False),
        sa.Column("where_to", sa.String(length=24), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("from_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("to_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_transfers_retiree_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_from_division"), "transfers", ["from_division"], unique=False)
    op.create_index(op.f("ix_transfers_retiree_id"), "transfers", ["retiree_id"], unique=False)
    op.create_index(op.f("ix_transfers_to_division"), "transfers", ["to_division"], unique=False)
    op.create_table(
        "fraud_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repay_by", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_fraud_cases_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_fraud_cases_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fraud_cases")),
    )
    op.create_index(op.f("ix_fraud_cases_division_code"), "fraud_cases", ["division_code"], unique=False)
    op.create_index(op.f("ix_fraud_cases_retiree_id"), "fraud_cases", ["retiree_id"], unique=False)
    op.create_table(
        "hospital_stays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("learnt_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("recheck_on", sa.Date(), nullable=False),
        sa.Column("discharged_on", sa.Date(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("visit_is_provisional", sa.Boolean(), nullable=False),
        sa.Column("follow_up_visit_id", sa.Uuid(), nullable=True),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_visit_id"], ["visits.id"], name=op.f("fk_hospital_stays_follow_up_visit_id")
        ),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_hospital_stays_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_hospital_stays_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospital_stays")),
    )
    op.create_index(
        op.f("ix_hospital_stays_division_code"), "hospital_stays", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_hospital_stays_recheck_on"), "hospital_stays", ["recheck_on"], unique=False)
    op.create_index(op.f("ix_hospital_stays_retiree_id"), "hospital_stays", ["retiree_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("street_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_incidents_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_incidents_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_division_code"), "incidents", ["division_code"], unique=False)
    op.create_index(op.f("ix_incidents_retiree_id"), "incidents", ["retiree_id"], unique=False)
    op.create_index(op.f("ix_incidents_visit_id"), "incidents", ["visit_id"], unique=False)
    op.create_table(
        "status_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("learnt_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("life_before", sa.String(length=24), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_is_provisional", sa.Boolean(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_status_proposals_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_status_proposals_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_proposals")),
    )
    op.create_index(
        op.f("ix_status_proposals_division_code"), "status_proposals", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_status_proposals_retiree_id"), "status_proposals", ["retiree_id"], unique=False)
    op.create_index(
        "uq_status_proposals_in_force",
        "status_proposals",
        ["retiree_id", "kind"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'confirmed')"),
        postgresql_where=sa.text("status IN ('open', 'confirmed')"),
    )
    op.create_table(
        "incident_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_steps_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_steps")),
    )
    op.create_index(
        op.f("ix_incident_steps_division_code"), "incident_steps", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_incident_steps_incident_id"), "incident_steps", ["incident_id"], unique=False)
    op.add_column(
        "certification_events", sa.Column("source", sa.String(length=24), server_default="", nullable=False)
    )
    op.add_column(
        "certification_events",
        sa.Column("voided_by", sa.String(length=64), server_default="", nullable=False),
    )
    op.add_column("visits", sa.Column("address_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("visits", sa.Column("evidence_locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("minutes_ledger", sa.Column("attempt", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("minutes_ledger", schema=None) as batch_op:
        batch_op.drop_constraint("uq_minutes_ledger_visit_id", type_="unique")
        batch_op.create_unique_constraint(
            "uq_minutes_ledger_visit_id", ["visit_id", "volunteer_id", "attempt"]
        )
    _keep_events()


def _keep_events() -> None:
    """What was entered stays; an event is voided, never changed or deleted (rule CERT-05)."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in (f"UPDATE OF {FIXED}", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {EVENTS}_no_{verb.split()[0].lower()} BEFORE {verb} ON {EVENTS} "
                f"BEGIN SELECT RAISE(ABORT, '{EVENTS} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {EVENTS}_append_only BEFORE UPDATE OF {FIXED} OR DELETE OR TRUNCATE ON {EVENTS} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {EVENTS}_no_{verb}")
    else:
        op.execute(f"DROP TRIGGER {EVENTS}_append_only ON {EVENTS}")
    with op.batch_alter_table("minutes_ledger", schema=None) as batch_op:
        batch_op.drop_constraint("uq_minutes_ledger_visit_id", type_="unique")
        batch_op.create_unique_constraint("uq_minutes_ledger_visit_id", ["visit_id", "volunteer_id"])
        batch_op.drop_column("attempt")
    op.drop_column("visits", "evidence_locked_at")
    op.drop_column("visits", "address_sealed")
    op.drop_column("certification_events", "voided_by")
    op.drop_column("certification_events", "source")
    op.drop_index(op.f("ix_incident_steps_incident_id"), table_name="incident_steps")
    op.drop_index(op.f("ix_incident_steps_division_code"), table_name="incident_steps")
    op.drop_table("incident_steps")
    op.drop_index(
        "uq_status_proposals_in_force",
        table_name="status_proposals",
        sqlite_where=sa.text("status IN ('open', 'confirmed')"),
        postgresql_where=sa.text("status IN ('open', 'confirmed')"),
    )
    op.drop_index(op.f("ix_status_proposals_retiree_id"), table_name="status_proposals")
    op.drop_index(op.f("ix_status_proposals_division_code"), table_name="status_proposals")
    op.drop_table("status_proposals")
    op.drop_index(op.f("ix_incidents_visit_id"), table_name="incidents")
    op.drop_index(op.f("ix_incidents_retiree_id"), table_name="incidents")
    op.drop_index(op.f("ix_incidents_division_code"), table_name="incidents")
    op.drop_table("incidents")
    op.drop_index(op.f("ix_hospital_stays_retiree_id"), table_name="hospital_stays")
    op.drop_index(op.f("ix_hospital_stays_recheck_on"), table_name="hospital_stays")
    op.drop_index(op.f("ix_hospital_stays_division_code"), table_name="hospital_stays")
    op.drop_table("hospital_stays")
    op.drop_index(op.f("ix_fraud_cases_retiree_id"), table_name="fraud_cases")
    op.drop_index(op.f("ix_fraud_cases_division_code"), table_name="fraud_cases")
    op.drop_table("fraud_cases")
    op.drop_index(op.f("ix_transfers_to_division"), table_name="transfers")
    op.drop_index(op.f("ix_transfers_retiree_id"), table_name="transfers")
    op.drop_index(op.f("ix_transfers_from_division"), table_name="transfers")
    op.drop_table("transfers")
    op.drop_table("holiday_years")
