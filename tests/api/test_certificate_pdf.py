"""The certificate of service as a file: everything rule VOL-11 names, the ID number masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF

from api import certificate_pdf
from api.certificate_pdf import Certificate, draw_certificate
from services.errors import WrongMoment
from tests.servers.absent import absent

SHOWN = Certificate(
    number="FW2026-000001",
    name="样本志",
    id_number="430102196005153421",
    volunteer_number="43019900001234",
    from_on=date(2026, 1, 1),
    to_on=date(2026, 11, 20),
    hours=86.5,
    content=[("certification", 20, 30.5), ("care", 40, 56)],
    issuer="样本社区居民委员会",
    responsible_person="样本主任",
    contact="0731-12345678",
    issued_on=date(2026, 11, 24),
)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is written on pages, in order."""
    if not certificate_pdf.FONT.exists():
        absent("the font is missing: make setup copies it")
    texts: list[str] = []
    for name in ("cell", "multi_cell"):
        plain = getattr(FPDF, name)

        def noted(self: FPDF, *args: Any, _plain: Any = plain, **kwargs: Any) -> Any:
            texts.append(str(args[2]))
            return _plain(self, *args, **kwargs)

        monkeypatch.setattr(FPDF, name, noted)
    return texts


def test_vol_11_the_page_names_everything_and_masks_the_id_number(written: list[str]) -> None:
    pdf = draw_certificate(SHOWN)
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 1
    text = "\n".join(written)
    for piece in (
        "FW2026-000001", "样本志", "居民身份证", "430***********3421", "43019900001234", "86.5", "上门认证",
        "日常探访", "2026年1月1日", "2026年11月20日", "样本社区居民委员会", "样本主任", "0731-12345678",
        "2026年11月24日", "公示",
    ):  # fmt: skip
        assert piece in text, piece
    assert SHOWN.id_number.encode() not in pdf
    assert SHOWN.id_number not in text


def test_somebody_without_numbers_gets_a_certificate_too(written: list[str]) -> None:
    pdf = draw_certificate(replace(SHOWN, id_number="", volunteer_number="", issuer="长" * 60))
    assert pdf.count(b"/Type /Page\n") == 1
    assert written.count(" —") == 2


def test_without_the_font_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate_pdf, "FONT", tmp_path / "nothing.ttf")
    with pytest.raises(WrongMoment, match="make setup"):
        draw_certificate(SHOWN)
