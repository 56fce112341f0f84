"""One trip for several duties and several people of a household (§0 fact 3, §8 scenarios 13 and 29)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.policy import Policy
from domain.trips import Duty, join_duties
from domain.visits import VisitKind

POLICY = Policy()
K = VisitKind
DAY = date(2026, 11, 1)


def duty(
    key: str, person: str, due: int, *, kind: K = K.CERTIFICATION, door: str = "d", opens: int = 0
) -> Duty[str]:
    return Duty(key, person, door, kind, DAY + timedelta(days=opens), DAY + timedelta(days=due))


def test_8_29_a_couple_in_different_months_is_one_trip_led_by_the_earlier() -> None:
    (trip,) = join_duties([duty("hers", "she", 59), duty("his", "he", 29)], POLICY)
    assert trip.lead.key == "his"
    assert [part.key for part in trip.parts] == ["hers"]


def test_duties_far_apart_or_behind_other_doors_stay_apart() -> None:
    apart = [duty("his", "he", 10), duty("hers", "she", 10 + POLICY.household_join_days + 1)]
    assert [t.parts for t in join_duties(apart, POLICY)] == [(), ()]
    doors = [duty("a", "one", 10, door="x"), duty("b", "two", 10, door="y"), duty("c", "three", 10, door="")]
    assert all(not t.parts for t in join_duties(doors, POLICY))


def test_fact_3_several_duties_of_one_person_are_one_trip_even_without_a_known_door() -> None:
    (trip,) = join_duties(
        [duty("care", "she", 5, kind=K.CARE, door=""), duty("cert", "she", 20, door="")], POLICY
    )
    assert (trip.lead.key, [p.key for p in trip.parts]) == ("care", ["cert"])


def test_what_opens_after_the_lead_is_due_cannot_come_along_unless_it_certifies() -> None:
    late = duty("care", "she", 30, kind=K.CARE, opens=25)
    assert [t.parts for t in join_duties([duty("cert", "he", 20), late], POLICY)] == [(), ()]
    (trip,) = join_duties([duty("first", "he", 20), duty("second", "she", 30, opens=25)], POLICY)
    assert trip.parts


def test_tasks_go_alone() -> None:
    assert len(join_duties([duty("t", "she", 5, kind=K.TASK), duty("c", "she", 5)], POLICY)) == 2


def test_2_4_a_campaigns_visit_carries_others_and_is_carried_by_none() -> None:
    gift = duty("gift", "she", 10, kind=K.CAMPAIGN)
    (trip,) = join_duties([gift, duty("cert", "she", 30)], POLICY)
    assert (trip.lead.key, [p.key for p in trip.parts]) == ("gift", ["cert"])
    assert len(join_duties([gift, duty("care", "she", 5, kind=K.CARE)], POLICY)) == 2
    assert len(join_duties([gift, duty("his", "he", 12, kind=K.CAMPAIGN)], POLICY)) == 2


def test_fact_3_a_visit_carries_the_certification_of_the_same_person_when_it_is_due_soon_after() -> None:
    visit = duty("care", "she", 5, kind=K.CARE)
    near = duty("cert", "she", 5 + POLICY.combine_days, opens=60)
    far = duty("cert", "she", 6 + POLICY.combine_days, opens=60)
    assert [len(t.parts) for t in join_duties([visit, near], POLICY)] == [1]
    assert [len(t.parts) for t in join_duties([visit, far], POLICY)] == [0, 0]


DUTIES = st.lists(
    st.builds(
        duty,
        st.uuids().map(str),
        st.sampled_from(["he", "she", "other"]),
        st.integers(0, 120),
        kind=st.sampled_from(list(K)),
        door=st.sampled_from(["", "a", "b"]),
        opens=st.integers(0, 30),
    ),
    max_size=12,
    unique_by=lambda d: d.key,
)


@given(DUTIES, st.randoms(use_true_random=False))
def test_every_duty_is_in_one_trip_whatever_the_order(duties: list[Duty[str]], rng: object) -> None:
    trips = join_duties(duties, POLICY)
    keys = [d.key for t in trips for d in (t.lead, *t.parts)]
    assert sorted(keys) == sorted(d.key for d in duties)
    for trip in trips:
        assert all(part.due_on >= trip.lead.due_on for part in trip.parts)
        kinds = [(d.person, d.kind) for d in (trip.lead, *trip.parts)]
        assert len(kinds) == len(set(kinds))
    shuffled = list(duties)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random of hypothesis
    assert join_duties(shuffled, POLICY) == trips
