"""Names, ID numbers, birth dates: every trap of real registers by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.identity import IdentityProblem, check_digit
from services.registers import Kind
from services.registers.problems import persons as problems
from services.registers.problems.base import Severity
from services.registers.rows.drafts import Draft
from tests.registers.samples import ID_F, ID_X, RETIREE, VOLUNTEER

Read = Callable[..., Draft]
NUMBER = "公民身份号码"


def codes(draft: Draft) -> list[str]:
    return [finding.problem.code for finding in draft.findings]


@pytest.mark.parametrize(
    "cell",
    [
        ID_F,
        "'" + ID_F,
        f" {ID_F[:6]} {ID_F[6:14]} {ID_F[14:]} ",
        f"\t{ID_F}",
        ID_F.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "\u200b" + ID_F,
    ],
)
def test_an_id_number_in_any_dress_is_read_without_a_word(read: Read, cell: str) -> None:
    draft = read(RETIREE, **{NUMBER: cell})
    assert (draft.id_number, draft.values["born_on"], draft.values["sex"]) == (ID_F, date(1942, 3, 15), 2)
    assert "due_unknown" not in codes(draft)
    assert [f for f in draft.findings if f.heading == NUMBER] == []


@pytest.mark.parametrize(
    "cell", [430102194203150022.0, 4.30102e17, "4.30102E+17", "4.30102194203150E+17", "430102194203150000"]
)
def test_an_id_number_that_became_a_number_rejects_the_row_and_says_what_to_do(
    read: Read, cell: object
) -> None:
    draft = read(RETIREE, **{NUMBER: cell})
    assert draft.is_rejected
    [finding] = [f for f in draft.findings if f.problem.severity is Severity.ERROR]
    assert finding.problem.code == "id_float"
    assert "text" in finding.problem.remedy


def test_a_lower_case_x_is_fine(read: Read) -> None:
    assert read(RETIREE, **{NUMBER: ID_X.lower(), "性别": None}).id_number == ID_X


@pytest.mark.parametrize("cell", ["430102420315002", 430102420315002.0])
def test_a_legacy_number_of_15_digits_is_completed_with_a_note(read: Read, cell: object) -> None:
    draft = read(RETIREE, **{NUMBER: cell})
    assert draft.id_number == ID_F
    assert codes(draft) == ["id_legacy"]
    assert not draft.is_rejected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (ID_F[:-1] + "3", "id_check_digit"),
        (ID_F[:6] + "19420230" + ID_F[14:], "id_birth_date"),
        (ID_F[:-1], "id_length"),
        ("4301021942O3150022", "id_characters"),
    ],
)
def test_a_wrong_number_rejects_the_row(read: Read, cell: str, code: str) -> None:
    draft = read(RETIREE, **{NUMBER: cell})
    assert draft.is_rejected
    assert code in codes(draft)


def test_a_number_never_shows_in_a_finding(read: Read) -> None:
    [finding] = read(RETIREE, **{NUMBER: ID_F[:-1] + "3"}).findings
    assert finding.shown == "430***********0023"


def test_prefixes_that_no_longer_exist_are_accepted(read: Read) -> None:
    abolished = "43012419500101002"
    draft = read(RETIREE, **{NUMBER: abolished + check_digit(abolished)})
    assert draft.id_number[:6] == "430124"
    assert codes(draft) == []


def test_a_missing_number_is_a_warning_when_the_birth_date_is_there(read: Read) -> None:
    draft = read(RETIREE, **{NUMBER: None, "出生年月": "1942-03-15"})
    assert not draft.is_rejected
    assert codes(draft) == ["id_missing"]
    assert draft.who == ("王小英", date(1942, 3, 15), draft.values["division_code"])


def test_without_number_and_birth_date_the_row_is_rejected(read: Read) -> None:
    assert "born_missing" in codes(read(RETIREE, **{NUMBER: None}))


def test_other_documents_have_no_check_digit(read: Read) -> None:
    draft = read(
        RETIREE, **{NUMBER: "h1234 5678", "证件类型": "港澳居民来往内地通行证", "出生年月": "1942-03-15"}
    )
    assert draft.id_number == "H12345678"
    assert not draft.is_rejected


def test_a_residence_permit_built_like_an_id_number_is_checked_like_one(read: Read) -> None:
    draft = read(RETIREE, 证件类型="外国人永久居留身份证")
    assert draft.values["born_on"] == date(1942, 3, 15)
    old = read(
        RETIREE, **{"证件类型": "外国人永久居留证", NUMBER: "FRA110142031501", "出生年月": "1942-03-15"}
    )
    assert (old.id_number, old.is_rejected) == ("FRA110142031501", False)


@pytest.mark.parametrize("born", ["1942-03-15", "1942.03", 1942.03, "19420315", "1942年3月", 15415, None])
def test_a_birth_date_that_agrees_is_not_mentioned(read: Read, born: object) -> None:
    assert codes(read(RETIREE, 出生年月=born)) == []


def test_a_birth_date_that_differs_is_a_warning_and_the_id_number_wins(read: Read) -> None:
    draft = read(RETIREE, 出生年月="1942-03-16")
    assert (codes(draft), draft.values["born_on"]) == (["born_conflict"], date(1942, 3, 15))


def test_a_sex_that_differs_is_a_warning_and_the_id_number_wins(read: Read) -> None:
    draft = read(RETIREE, 性别="男")
    assert (codes(draft), draft.values["sex"]) == (["sex_conflict"], 2)


def test_1958_1_is_settled_by_the_id_number(read: Read) -> None:
    october = "430102194210150023"
    october = october[:17] + check_digit(october[:17])
    assert codes(read(RETIREE, **{NUMBER: october, "出生年月": 1942.1, "性别": None})) == []
    january = october[:10] + "01" + october[12:17]
    january += check_digit(january)
    assert codes(read(RETIREE, **{NUMBER: january, "出生年月": 1942.1, "性别": None})) == []
    without = read(RETIREE, **{NUMBER: None, "出生年月": 1942.1})
    assert "date_doubtful" in codes(without)


def test_names(read: Read) -> None:
    assert read(RETIREE, 姓名="王　 英").values["name"] == "王英"
    assert read(RETIREE, 姓名="阿依古丽•买买提").values["name"] == "阿依古丽·买买提"
    assert read(RETIREE, 姓名="John  Smith").values["name"] == "John Smith"
    assert "name_missing" in codes(read(RETIREE, 姓名=None))
    assert "name_bad" in codes(read(RETIREE, 姓名="王英2"))
    assert "name_bad" in codes(read(RETIREE, 姓名="王" * 65))


def test_unusual_ages_are_warnings(read: Read) -> None:
    born = {NUMBER: None, "出生年月": "1990-01-01"}
    assert "age_unusual" in codes(read(RETIREE, **born))
    assert "age_unusual" in codes(read(RETIREE, **{NUMBER: None, "出生年月": "1905-01-01"}))
    assert "date_future" in codes(read(RETIREE, **{NUMBER: None, "出生年月": "2030-01-01"}))


@pytest.mark.parametrize(
    ("born", "code"), [("2010-05-20", "under_age"), ("2014-05-20", "too_young"), ("2008-11-24", None)]
)
def test_the_age_of_volunteers(read: Read, born: str, code: str | None) -> None:
    draft = read(VOLUNTEER, Kind.VOLUNTEERS, 证件号码=None, 出生日期=born)
    assert [c for c in codes(draft) if c in ("under_age", "too_young")] == ([code] if code else [])
    assert draft.is_rejected == (code == "too_young")


def test_each_fault_of_an_id_number_has_a_text() -> None:
    assert set(problems.ID) == set(IdentityProblem) - {IdentityProblem.EMPTY}


def test_a_test_person_is_read_as_meant(read: Read) -> None:
    values: dict[str, Any] = read(RETIREE).values
    assert values == {
        "name": "王小英",
        "sex": 2,
        "id_number": ID_F,
        "born_on": date(1942, 3, 15),
        "division_code": values["division_code"],
        "phone": "+8617400000001",
        "phone_kind": "mobile",
    }
