"""Who works with the system, by what they are there for."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is there for."""

    CITY_ADMIN = "city_admin"
    DISTRICT_AGENCY = "district_agency"
    STREET_COORDINATOR = "street_coordinator"
    COMMUNITY_OFFICER = "community_officer"
    REVIEWER = "reviewer"
    ORGANISATION_LEAD = "organisation_lead"
    AUDITOR = "auditor"
