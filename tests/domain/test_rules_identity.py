"""Identity numbers: the vectors of §4.2, the traps of §4.3."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import (
    IdentityNumber,
    IdentityNumberError,
    IdentityProblem,
    Sex,
    check_digit,
    parse_identity,
)

F, M = Sex.FEMALE, Sex.MALE


@pytest.mark.parametrize(
    ("number", "sex", "born_on"),
    [
        ("430102194203150022", F, date(1942, 3, 15)),
        ("430111194006300032", M, date(1940, 6, 30)),
        ("430104193811011024", F, date(1938, 11, 1)),
        ("430121192802290019", M, date(1928, 2, 29)),
        ("430181195012310046", F, date(1950, 12, 31)),
        ("430103194508171234", M, date(1945, 8, 17)),
        ("430105193602290027", F, date(1936, 2, 29)),
        ("11010519491231002X", F, date(1949, 12, 31)),
    ],
)
def test_4_2_valid_numbers(number: str, sex: Sex, born_on: date) -> None:
    identity = parse_identity(number)
    assert identity == IdentityNumber(number, legacy=False)
    assert (identity.sex, identity.born_on, identity.last4) == (sex, born_on, number[-4:])


@pytest.mark.parametrize(
    "raw",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "‘11010519491231002X",
        "110105 19491231 002X",
        " 11010519491231002X\n",
        "110105\u300019491231\u00a0002X",
        "\ufeff11010519491231002X\u200b",
        "110105-19491231-002X",
        "'１１０１０５ 19491231002ｘ",
    ],
)
def test_4_2_and_4_3_ways_of_writing(raw: str) -> None:
    assert parse_identity(raw).number == "11010519491231002X"


def test_4_2_legacy_numbers_become_18() -> None:
    identity = parse_identity("110105491231002")
    assert identity == IdentityNumber("11010519491231002X", legacy=True)
    assert parse_identity(110105491231002) == identity
    assert parse_identity(110105491231002.0) == identity
    assert parse_identity("110105491231002.0") == identity


def test_4_2_abolished_counties_are_accepted() -> None:
    for county in ("430122", "430124", "999999"):
        first17 = county + "19450817123"
        assert parse_identity(first17 + check_digit(first17)).born_on == date(1945, 8, 17)


P = IdentityProblem


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", P.EMPTY),
        (" ' ", P.EMPTY),
        ("43010219420315002", P.LENGTH),
        ("4301021942031500222", P.LENGTH),
        ("1234", P.LENGTH),
        ("43010219420315002A", P.CHARACTERS),
        ("4301021942X3150022", P.CHARACTERS),
        ("11010549123100X", P.CHARACTERS),
        ("无", P.CHARACTERS),
        ("nan", P.CHARACTERS),
        ("430102194202300022", P.BIRTH_DATE),
        ("430102194302290022", P.BIRTH_DATE),
        ("430102000003150022", P.BIRTH_DATE),
        ("430102174203150022", P.BIRTH_DATE),
        ("430102193713150022", P.BIRTH_DATE),
        ("430102194203150023", P.CHECK_DIGIT),
        ("430120194203150022", P.CHECK_DIGIT),
        ("110105194912310021", P.CHECK_DIGIT),
        ("430102194203150000", P.FLOAT_LOST_DIGITS),
        (430102194203150000, P.FLOAT_LOST_DIGITS),
        (4.3010219420315e17, P.FLOAT_LOST_DIGITS),
        ("4.30102E+17", P.FLOAT_LOST_DIGITS),
        ("4.30102194203150e17", P.FLOAT_LOST_DIGITS),
        (float("nan"), P.CHARACTERS),
    ],
)
def test_4_3_broken_numbers(raw: str | float, reason: IdentityProblem) -> None:
    with pytest.raises(IdentityNumberError) as caught:
        parse_identity(raw)
    assert caught.value.reason is reason


def test_nobody_is_born_tomorrow() -> None:
    first17 = "43010220261124001"
    number = first17 + check_digit(first17)
    assert parse_identity(number).born_on == date(2026, 11, 24)
    with pytest.raises(IdentityNumberError) as caught:
        parse_identity(number, latest=date(2026, 11, 23))
    assert caught.value.reason is P.BIRTH_DATE


def test_a_number_never_shows_itself() -> None:
    identity = parse_identity("430102194203150022")
    assert "19420315" not in repr(identity) + str(identity) + f"{identity}"
    with pytest.raises(IdentityNumberError) as caught:
        parse_identity("430102194203150023")
    assert "1942" not in str(caught.value)


@given(
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), date(2026, 11, 23)),
    st.integers(1, 999),
    st.integers(0, 16),
    st.integers(1, 9),
)
def test_every_built_number_is_read_and_every_wrong_digit_is_found(
    county: int, born_on: date, order: int, place: int, shift: int
) -> None:
    first17 = f"{county}{born_on:%Y%m%d}{order:03}"
    number = first17 + check_digit(first17)
    assert parse_identity(number).born_on == born_on
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(IdentityNumberError):
        parse_identity(wrong)
