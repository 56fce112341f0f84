"""Every text: its length as promised, clean of what gateways and data protection forbid, safely filled."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.messages import Priority
from notifications import wording
from notifications.kinds import Audience, Kind, Moment
from notifications.template_lint import lint_all
from notifications.templates import Template, TemplateError, find_template, load_templates, render

VECTORS = {
    "R1": 70,
    "R2": 68,
    "R2b": 66,
    "R3": 56,
    "R4": 48,
    "R5": 58,
    "V1": 70,
    "V2": 64,
    "V3": 61,
    "V4": 41,
    "V5": 34,
    "V6": 54,
    "C1": 39,
    "C2": 48,
}
R2: dict[str, str | int] = {"name": "王*英", "when": "11月26日上午9点至11点", "people": 2, "code": "4821"}
TEXTS = list(load_templates().values())


@pytest.mark.parametrize(("key", "characters"), VECTORS.items())
def test_5_4_lengths_with_signature(key: str, characters: int) -> None:
    rendered = render(key, find_template(key).sample)
    assert len(rendered.text) == rendered.segments.units == characters
    assert rendered.segments.parts == 1


def test_every_text_is_clean() -> None:
    assert lint_all() == []


def test_the_texts_the_flow_needs_are_there() -> None:
    volunteers = {f"V{number}" for number in range(1, 15)}
    others = {"R1", "R2", "R2b", "R3", "R4", "R5", "R6", "R7", "C1", "C2", "C3", "C4"}
    assert volunteers | others <= load_templates().keys()


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.key)
def test_audience_follows_from_the_key(text: Template) -> None:
    audience = {
        "V": Audience.VOLUNTEER,
        "C": Audience.STAFF,
        "S": Audience.STRANGER,
        "R": Audience.CONTACT if text.key.endswith("b") else Audience.RETIREE,
    }
    assert text.audience is audience[text.key[0]]
    assert text.kind is (Kind.PROMOTION if text.key == "R8" else Kind.NOTICE)


def test_the_offer_reads_as_agreed() -> None:
    text = render(
        "V1",
        {
            "when": wording.half_day(datetime(2026, 11, 26, tzinfo=UTC).date(), "morning"),
            "place": "芙蓉区荷花园街道",
            "party": wording.party(2),
            "code": "T4829-1742",
            "deadline": "今日18点",
        },
    ).text
    assert text == (
        "【长沙退管】您有上门任务待确认：11月26日上午，芙蓉区荷花园街道，2人同行，任务号T4829-1742。"
        "请今日18点前回复1接受、2拒绝。"
    )


def test_the_announcement_stays_one_segment_for_the_usual_windows() -> None:
    for start in range(9, 17):
        window = "11月26日" + wording.hours(time(start), time(start + 2))
        assert render("R2", {**R2, "when": window}).segments.parts == 1, window


def test_another_signature() -> None:
    assert render("V5", {"code": "T4829-1742"}, signature="株洲退管办").text.startswith("【株洲退管办】任务")


def test_the_longest_values_are_counted_not_refused() -> None:
    names = {name: "王" * value.max for name, value in find_template("V2").values.items()}
    assert render("V2", names).segments.parts == 2


@pytest.mark.parametrize(
    ("params", "field", "problem"),
    [
        ({k: v for k, v in R2.items() if k != "when"}, "when", "missing"),
        ({**R2, "address": "某路1号"}, "address", "not a placeholder"),
        ({**R2, "name": ""}, "name", "empty"),
        ({**R2, "name": "　"}, "name", "empty"),
        ({**R2, "name": "王" * 13}, "name", "longer than 12"),
        ({**R2, "when": "明日\n9点"}, "when", "line break"),
        ({**R2, "when": "明日\u20289点"}, "when", "line break"),
        ({**R2, "name": "王\u202e英"}, "name", "hidden"),
        ({**R2, "name": "王\u200b英"}, "name", "hidden"),
        ({**R2, "name": "王\x00英"}, "name", "hidden"),
        ({**R2, "name": "王\ud842英"}, "name", "hidden"),
        ({**R2, "name": "【王】"}, "name", "brackets"),
        ({**R2, "when": "见http://a.cn"}, "when", "link"),
        ({**R2, "when": "见 visit.example"}, "when", "link"),
        ({**R2, "when": "见ＷＷＷ．ａ"}, "when", "link"),
        ({**R2, "when": "探访.中国"}, "when", "link"),
        ({**R2, "when": "电13812345678"}, "when", "mobile"),
        ({**R2, "when": "电138 1234 5678"}, "when", "mobile"),
        ({**R2, "when": "电１３８１２３４５６７８"}, "when", "mobile"),
        ({**R2, "when": "430102195803054"}, "when", "identity"),
        ({**R2, "when": "43010219580305432X"}, "when", "identity"),
    ],
)
def test_unfit_values_are_refused_by_field_without_being_repeated(
    params: dict[str, str | int], field: str, problem: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        render("R2", params)
    assert caught.value.field == field
    assert problem in caught.value.problem
    value = str(params.get(field, "")).strip()
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("name", ["欧阳　　震华", "𠮷*", "{name}", "%s", "阿卜杜拉·买**", "O'B*", "\ue864*"])
def test_unusual_names_stand_as_they_are(name: str) -> None:
    assert f"】{name}您好" in render("R2", {**R2, "name": name}).text


def test_an_unknown_text_and_an_unfit_signature_are_refused() -> None:
    with pytest.raises(TemplateError, match="X9"):
        render("X9", {})
    for signature in ("", "长", " 长沙退管", "【长沙退管】", "长" * 13):
        with pytest.raises(TemplateError) as caught:
            render("R7", {}, signature=signature)
        assert caught.value.field == "signature"


def test_freshness_and_priority_are_told() -> None:
    start = datetime(2026, 11, 26, 1, tzinfo=UTC)
    soon = find_template("V4")
    assert soon.until is Moment.VISIT_START
    assert soon.stale_at(start) == start - timedelta(minutes=90)
    order = [find_template(key).priority for key in ("V2", "C3", "V3", "V1", "R5")]
    assert order == [
        Priority.REPLY,
        Priority.SAFETY,
        Priority.REMINDER,
        Priority.OFFER,
        Priority.CAMPAIGN,
    ]
