"""The closed lists of the regulation: what it counts, counted (Regulation art. 7 to 32)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.policy_visits import item


class PoolLevel(StrEnum):
    """Two levels of volunteers (art. 22)."""

    CITY = "city"
    DISTRICT = "district"


class Ground(StrEnum):
    """Five grounds of a home certification (art. 7(3)3)."""

    BEDRIDDEN = "bedridden"  # 重病卧床
    IMMOBILE = "immobile"  # 行动不便
    CARE_INSTITUTION = "care_institution"  # 入住养老服务机构
    PSYCHIATRIC_HOSPITAL = "psychiatric_hospital"  # 入住精神康复医院
    OTHER_PHYSICAL = "other_physical"  # 其他身体原因


class SuspensionCase(StrEnum):
    """Five cases in which payment is suspended (art. 32)."""

    NOT_CERTIFIED = "not_certified"
    MISSING = "missing"
    IMPRISONED = "imprisoned"
    DOUBLE_BENEFIT = "double_benefit"
    OTHER_LAW = "other_law"


class IntakeRoute(StrEnum):
    """Three ways of being taken over (art. 12(1))."""

    COMMUNITY = "community"
    INSTITUTION = "institution"
    INSURED_AGENCY = "insured_agency"


class SpendingKind(StrEnum):
    """Nine kinds of spending that the special fund may pay (art. 10)."""

    CERTIFICATION = "certification"
    CULTURE_AND_SPORT = "culture_and_sport"
    VISITS = "visits"
    OFFICE_EQUIPMENT = "office_equipment"
    SYSTEM_UPKEEP = "system_upkeep"
    FRAUD_CHECKS = "fraud_checks"
    VENUES = "venues"
    PURCHASED_SERVICES = "purchased_services"
    TRAINING = "training"


class ExchangeParty(StrEnum):
    """Eight departments with which data are exchanged (art. 30)."""

    HUMAN_RESOURCES = "human_resources"
    MEDICAL_INSURANCE = "medical_insurance"
    POLICE = "police"
    JUSTICE = "justice"
    CIVIL_AFFAIRS = "civil_affairs"
    HEALTH = "health"
    TRANSPORT = "transport"
    ARCHIVES = "archives"


class CommunityDuty(StrEnum):
    """Ten duties of streets and communities (art. 7(3))."""

    SERVICE = "service"
    CERTIFICATION_AND_DATA = "certification_and_data"
    HOME_CERTIFICATION = "home_certification"
    SELF_MANAGEMENT = "self_management"
    PARTY_EDUCATION = "party_education"
    HEALTH_FILES = "health_files"
    CULTURE_AND_MUTUAL_HELP = "culture_and_mutual_help"
    WEDDINGS_AND_FUNERALS = "weddings_and_funerals"
    VISITS_AND_HARDSHIP = "visits_and_hardship"
    OTHER_ACTIVITIES = "other_activities"


@dataclass(frozen=True)
class RegulationPolicy:
    """A list changes only when the regulation does; then it has its day like every other value."""

    pool_levels: tuple[PoolLevel, ...] = item(
        tuple(PoolLevel), "", "Regulation art. 22", "S", None, None, "levels of volunteers"
    )
    home_visit_grounds: tuple[Ground, ...] = item(
        tuple(Ground),
        "",
        "Regulation art. 7(3)3",
        "S",
        None,
        None,
        "grounds of a home certification",
    )
    suspension_cases: tuple[SuspensionCase, ...] = item(
        tuple(SuspensionCase),
        "",
        "Regulation art. 32",
        "S",
        None,
        None,
        "cases in which payment is suspended",
    )
    intake_routes: tuple[IntakeRoute, ...] = item(
        tuple(IntakeRoute), "", "Regulation art. 12(1)", "S", None, None, "ways of being taken over"
    )
    spending_kinds: tuple[SpendingKind, ...] = item(
        tuple(SpendingKind), "", "Regulation art. 10", "S", None, None, "what the special fund may pay"
    )
    exchange_parties: tuple[ExchangeParty, ...] = item(
        tuple(ExchangeParty), "", "Regulation art. 30", "S", None, None, "departments that exchange data"
    )
    community_duties: tuple[CommunityDuty, ...] = item(
        tuple(CommunityDuty), "", "Regulation art. 7(3)", "S", None, None, "duties of streets and communities"
    )
