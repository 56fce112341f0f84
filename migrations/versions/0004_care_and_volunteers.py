"""care contacts, referrals and serious events; loans, ties and records of volunteers; gifts, pauses, trips

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "district_pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district_pauses")),
    )
    op.create_index(
        op.f("ix_district_pauses_division_code"), "district_pauses", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_district_pauses_to_on"), "district_pauses", ["to_on"], unique=False)
    op.create_table(
        "care_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("with_person", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_care_contacts_retiree_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_contacts")),
    )
    op.create_index(op.f("ix_care_contacts_division_code"), "care_contacts", ["division_code"], unique=False)
    op.create_index(op.f("ix_care_contacts_retiree_id"), "care_contacts", ["retiree_id"], unique=False)
    op.create_table(
        "pool_transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("from_pool", sa.String(length=12), nullable=False),
        sa.Column("from_division", sa.String(length=12), nullable=False),
        sa.Column("to_pool", sa.String(length=12), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_pool_transfers_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_transfers")),
    )
    op.create_index(
        op.f("ix_pool_transfers_division_code"), "pool_transfers", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_pool_transfers_effective_on"), "pool_transfers", ["effective_on"], unique=False)
    op.create_index(op.f("ix_pool_transfers_volunteer_id"), "pool_transfers", ["volunteer_id"], unique=False)
    op.create_table(
        "service_certificates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("issuer", sa.String(length=64), nullable=False),
        sa.Column("responsible_person", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("notice_from", sa.Date(), nullable=False),
        sa.Column("notice_until", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_service_certificates_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_service_certificates_number")),
    )
    op.create_index(
        op.f("ix_service_certificates_volunteer_id"), "service_certificates", ["volunteer_id"], unique=False
    )
    op.create_table(
        "ties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_ties_retiree_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_ties_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ties")),
    )
    op.create_index(op.f("ix_ties_division_code"), "ties", ["division_code"], unique=False)
    op.create_index(op.f("ix_ties_retiree_id"), "ties", ["retiree_id"], unique=False)
    op.create_index(op.f("ix_ties_volunteer_id"), "ties", ["volunteer_id"], unique=False)
    op.create_table(
        "volunteer_loans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("from_district", sa.String(length=6), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_volunteer_loans_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_loans_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_loans")),
    )
    op.create_index(
        op.f("ix_volunteer_loans_division_code"), "volunteer_loans", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_volunteer_loans_to_on"), "volunteer_loans", ["to_on"], unique=False)
    op.create_index(
        op.f("ix_volunteer_loans_volunteer_id"), "volunteer_loans", ["volunteer_id"], unique=False
    )
    op.create_table(
        "volunteer_trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("training", sa.String(length=24), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_trainings_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_trainings")),
    )
    op.create_index(
        op.f("ix_volunteer_trainings_volunteer_id"), "volunteer_trainings", ["volunteer_id"], unique=False
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excused_by", sa.String(length=64), nullable=False),
        sa.Column("excuse", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_absences_visit_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_absences_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.UniqueConstraint("visit_id", "volunteer_id", "starts_at", name=op.f("uq_absences_visit_id")),
    )
    op.create_index(op.f("ix_absences_volunteer_id"), "absences", ["volunteer_id"], unique=False)
    op.create_table(
        "gift_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value_fen", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(length=24), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_gift_receipts_campaign_id")),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_gift_receipts_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_gift_receipts_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_receipts")),
        sa.UniqueConstraint("campaign_id", "retiree_id", name=op.f("uq_gift_receipts_campaign_id")),
    )
    op.create_index(op.f("ix_gift_receipts_division_code"), "gift_receipts", ["division_code"], unique=False)
    op.create_index(op.f("ix_gift_receipts_retiree_id"), "gift_receipts", ["retiree_id"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("need_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_is_provisional", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_referrals_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_referrals_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_division_code"), "referrals", ["division_code"], unique=False)
    op.create_index(op.f("ix_referrals_due_on"), "referrals", ["due_on"], unique=False)
    op.create_index(op.f("ix_referrals_retiree_id"), "referrals", ["retiree_id"], unique=False)
    op.create_index(op.f("ix_referrals_visit_id"), "referrals", ["visit_id"], unique=False)
    op.create_table(
        "serious_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_serious_events_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_serious_events_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serious_events")),
    )
    op.create_index(
        op.f("ix_serious_events_division_code"), "serious_events", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_serious_events_retiree_id"), "serious_events", ["retiree_id"], unique=False)
    op.create_table(
        "minutes_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("corrected_by", sa.String(length=64), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["minutes_ledger.id"], name=op.f("fk_minutes_corrections_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_corrections")),
    )
    op.create_index(
        op.f("ix_minutes_corrections_entry_id"), "minutes_corrections", ["entry_id"], unique=False
    )
    op.create_table(
        "visit_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("managing_agency", sa.String(length=24), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("retiree_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("natural_key", sa.String(length=96), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("ground", sa.String(length=24), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_visit_parts_campaign_id")),
        sa.ForeignKeyConstraint(["report_id"], ["visit_reports.id"], name=op.f("fk_visit_parts_report_id")),
        sa.ForeignKeyConstraint(["retiree_id"], ["retirees.id"], name=op.f("fk_visit_parts_retiree_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_parts_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_parts")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_visit_parts_natural_key")),
    )
    op.create_index(op.f("ix_visit_parts_division_code"), "visit_parts", ["division_code"], unique=False)
    op.create_index(op.f("ix_visit_parts_retiree_id"), "visit_parts", ["retiree_id"], unique=False)
    op.create_index(op.f("ix_visit_parts_status"), "visit_parts", ["status"], unique=False)
    op.create_index(op.f("ix_visit_parts_visit_id"), "visit_parts", ["visit_id"], unique=False)
    op.add_column(
        "campaigns", sa.Column("gift_is_cash", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "campaigns",
        sa.Column(
            "quotas",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "retiree_flags", sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column(
        "retirees", sa.Column("known_face_only", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("visit_reports", sa.Column("part_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_visit_reports_part_id"), "visit_reports", ["part_id"], unique=False)
    op.add_column(
        "volunteers", sa.Column("commitment_version", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column("volunteers", sa.Column("guardian_consent_on", sa.Date(), nullable=True))
    op.add_column("volunteers", sa.Column("conduct_checked_on", sa.Date(), nullable=True))
    op.add_column(
        "volunteers", sa.Column("conduct_checked_by", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("volunteers", sa.Column("stars", sa.Integer(), server_default="0", nullable=False))
    op.add_column("volunteers", sa.Column("stars_on", sa.Date(), nullable=True))
    op.add_column(
        "volunteers", sa.Column("stars_by", sa.String(length=64), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("volunteers", "stars_by")
    op.drop_column("volunteers", "stars_on")
    op.drop_column("volunteers", "stars")
    op.drop_column("volunteers", "conduct_checked_by")
    op.drop_column("volunteers", "conduct_checked_on")
    op.drop_column("volunteers", "guardian_consent_on")
    op.drop_column("volunteers", "commitment_version")
    op.drop_index(op.f("ix_visit_reports_part_id"), table_name="visit_reports")
    op.drop_column("visit_reports", "part_id")
    op.drop_column("retirees", "known_face_only")
    op.drop_column("retiree_flags", "ended_by")
    op.drop_column("campaigns", "quotas")
    op.drop_column("campaigns", "gift_is_cash")
    op.drop_index(op.f("ix_visit_parts_visit_id"), table_name="visit_parts")
    op.drop_index(op.f("ix_visit_parts_status"), table_name="visit_parts")
    op.drop_index(op.f("ix_visit_parts_retiree_id"), table_name="visit_parts")
    op.drop_index(op.f("ix_visit_parts_division_code"), table_name="visit_parts")
    op.drop_table("visit_parts")
    op.drop_index(op.f("ix_minutes_corrections_entry_id"), table_name="minutes_corrections")
    op.drop_table("minutes_corrections")
    op.drop_index(op.f("ix_serious_events_retiree_id"), table_name="serious_events")
    op.drop_index(op.f("ix_serious_events_division_code"), table_name="serious_events")
    op.drop_table("serious_events")
    op.drop_index(op.f("ix_referrals_visit_id"), table_name="referrals")
    op.drop_index(op.f("ix_referrals_retiree_id"), table_name="referrals")
    op.drop_index(op.f("ix_referrals_due_on"), table_name="referrals")
    op.drop_index(op.f("ix_referrals_division_code"), table_name="referrals")
    op.drop_table("referrals")
    op.drop_index(op.f("ix_gift_receipts_retiree_id"), table_name="gift_receipts")
    op.drop_index(op.f("ix_gift_receipts_division_code"), table_name="gift_receipts")
    op.drop_table("gift_receipts")
    op.drop_index(op.f("ix_absences_volunteer_id"), table_name="absences")
    op.drop_table("absences")
    op.drop_index(op.f("ix_volunteer_trainings_volunteer_id"), table_name="volunteer_trainings")
    op.drop_table("volunteer_trainings")
    op.drop_index(op.f("ix_volunteer_loans_volunteer_id"), table_name="volunteer_loans")
    op.drop_index(op.f("ix_volunteer_loans_to_on"), table_name="volunteer_loans")
    op.drop_index(op.f("ix_volunteer_loans_division_code"), table_name="volunteer_loans")
    op.drop_table("volunteer_loans")
    op.drop_index(op.f("ix_ties_volunteer_id"), table_name="ties")
    op.drop_index(op.f("ix_ties_retiree_id"), table_name="ties")
    op.drop_index(op.f("ix_ties_division_code"), table_name="ties")
    op.drop_table("ties")
    op.drop_index(op.f("ix_service_certificates_volunteer_id"), table_name="service_certificates")
    op.drop_table("service_certificates")
    op.drop_index(op.f("ix_pool_transfers_volunteer_id"), table_name="pool_transfers")
    op.drop_index(op.f("ix_pool_transfers_effective_on"), table_name="pool_transfers")
    op.drop_index(op.f("ix_pool_transfers_division_code"), table_name="pool_transfers")
    op.drop_table("pool_transfers")
    op.drop_index(op.f("ix_care_contacts_retiree_id"), table_name="care_contacts")
    op.drop_index(op.f("ix_care_contacts_division_code"), table_name="care_contacts")
    op.drop_table("care_contacts")
    op.drop_index(op.f("ix_district_pauses_to_on"), table_name="district_pauses")
    op.drop_index(op.f("ix_district_pauses_division_code"), table_name="district_pauses")
    op.drop_table("district_pauses")
