"""Problems of communities, agencies and coordinates."""

from __future__ import annotations

from services.registers.problems.base import error, warning

COMMUNITY_MISSING = error(
    "community_missing",
    "The community is missing: nobody would be responsible.",
    "Enter district, street and community, or an address that names them.",
)
COMMUNITY_UNKNOWN = error(
    "community_unknown", "There is no such community in the division table.", "Check its name and street."
)
COMMUNITY_SIMILAR = error(
    "community_similar",
    "There is no such community in the division table. Meant may be: {names}.",
    "Enter one of these names, or check district and street.",
)
COMMUNITY_AMBIGUOUS = error(
    "community_ambiguous",
    "Several communities are called so: {names}.",
    "Add the street and the district.",
)
COMMUNITY_COARSE = warning(
    "community_coarse",
    "The community was not found; {name} was used for the place.",
    "Enter the community, so that distances are right.",
)
OUTSIDE_NO_AREA = error(
    "outside_no_area",
    "The person lives outside the city, and no district here is named that is responsible.",
    "Enter the district or community here that is responsible.",
)
AGENCY_TOO_LONG = error(
    "agency_too_long",
    "The name of the managing agency has more than {most} characters.",
    "Use its short name, the same in all registers.",
)
PLACE_BAD = warning(
    "place_bad",
    "These coordinates are not a place in the country; the community's place is used.",
    "Enter degrees, for example 28.19 and 112.98.",
)
PLACE_FAR = warning(
    "place_far",
    "The coordinates lie {km} km from the community; its own place is used.",
    "Check coordinates and community.",
)
COMMUNITY_CHANGED = warning(
    "community_changed",
    "Moved here from {old}; open visits have come along.",
    "Tell both communities.",
)
