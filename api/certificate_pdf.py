"""The certificate of voluntary service on one A4 page, in Chinese (order 67, rule VOL-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from domain.masking import mask_id
from services.errors import WrongMoment

FONT = Path(__file__).parent / "fonts" / "NotoSansSC.ttf"
TITLE = "志愿服务记录证明"
INK, PALE = (30, 30, 30), (110, 110, 110)
RED = (176, 36, 24)
WIDTH = 160  # mm between the margins
KINDS = {
    "certification": "上门认证",
    "care": "日常探访",
    "campaign": "节日慰问",
    "event": "住院、丧事慰问",
    "task": "志愿服务任务",
}


@dataclass(frozen=True)
class Certificate:
    """Everything the page says. The ID number is masked here, and nowhere else in the file."""

    number: str
    name: str
    id_number: str
    volunteer_number: str
    from_on: date
    to_on: date
    hours: float
    content: Sequence[tuple[str, int, float]]  # kind of visit, visits, hours
    issuer: str
    responsible_person: str
    contact: str
    issued_on: date


def day(on: date) -> str:
    """2026年3月2日."""
    return f"{on.year}年{on.month}月{on.day}日"


def hours_text(hours: float) -> str:
    """1 or 1.5."""
    return f"{hours:g}"


def draw_certificate(shown: Certificate) -> bytes:
    """The PDF file.

    Raises:
        WrongMoment: the font is not there; `make setup` fetches it.
    """
    if not FONT.exists():
        raise WrongMoment("no_font", "The font for PDF files is missing. Run make setup on this machine.")
    pdf = FPDF(format="A4")
    pdf.set_title(f"{TITLE} {shown.number}")
    pdf.set_lang("zh-CN")
    pdf.set_margins(25, 25)
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    pdf.add_font("NotoSansSC", fname=FONT)
    _frame(pdf)
    _heading(pdf, shown)
    _facts(pdf, shown)
    _content(pdf, shown)
    _seal(pdf, shown)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*RED)
    pdf.set_line_width(0.8)
    pdf.rect(14, 14, 182, 269)
    pdf.set_line_width(0.25)
    pdf.rect(16, 16, 178, 265)


def _line(
    pdf: FPDF,
    text: str,
    size: float,
    height: float,
    align: Align = Align.L,
    color: tuple[int, int, int] = INK,
) -> None:
    pdf.set_font("NotoSansSC", size=size)
    pdf.set_text_color(*color)
    pdf.cell(WIDTH, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _heading(pdf: FPDF, shown: Certificate) -> None:
    pdf.set_y(27)
    _line(pdf, TITLE, 28, 16, Align.C, RED)
    _line(pdf, f"证明编号：{shown.number}", 12, 10, Align.C, PALE)
    pdf.ln(4)
    pdf.set_font("NotoSansSC", size=14)
    pdf.set_text_color(*INK)
    text = (
        f"兹证明 {shown.name} 于{day(shown.from_on)}至{day(shown.to_on)}期间，参加本单位组织的志愿服务，"
        f"记录志愿服务时间共 {hours_text(shown.hours)} 小时。"
    )
    pdf.multi_cell(
        WIDTH, 9.5, text, align=Align.L, wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT
    )
    pdf.ln(5)


def _facts(pdf: FPDF, shown: Certificate) -> None:
    facts = (
        ("姓名", shown.name),
        ("证件类型", "居民身份证"),
        ("证件号码", mask_id(shown.id_number) if shown.id_number else "—"),
        ("志愿者编号", shown.volunteer_number or "—"),
        ("服务时间", f"{day(shown.from_on)}至{day(shown.to_on)}"),
        ("服务时长", f"{hours_text(shown.hours)} 小时（不含往返路途）"),
    )
    pdf.set_draw_color(190, 190, 190)
    pdf.set_line_width(0.2)
    for label, value in facts:
        pdf.set_font("NotoSansSC", size=12.5)
        pdf.set_text_color(*PALE)
        pdf.cell(40, 9.5, f" {label}", border=1)
        pdf.set_text_color(*INK)
        pdf.cell(WIDTH - 40, 9.5, f" {value}", border=1, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _content(pdf: FPDF, shown: Certificate) -> None:
    pdf.ln(6)
    _line(pdf, "服务内容", 14, 10)
    pdf.set_font("NotoSansSC", size=12.5)
    widths = (90, 35, 35)
    rows = [("类别", "次数", "小时")]
    rows += [(KINDS.get(kind, kind), str(visits), hours_text(hours)) for kind, visits, hours in shown.content]
    for position, row in enumerate(rows):
        pdf.set_text_color(*(PALE if position == 0 else INK))
        for width, text in zip(widths, row, strict=True):
            pdf.cell(width, 8.5, f" {text} ", border=1, align=Align.L if width > 40 else Align.R)
        pdf.ln(8.5)


def _seal(pdf: FPDF, shown: Certificate) -> None:
    pdf.ln(4)
    _line(pdf, "以上记录经公示无异议。本证明免费出具。", 12, 9, Align.L, PALE)
    pdf.set_y(240)
    for text in (
        f"出具单位（盖章）：{shown.issuer}",
        f"负责人：{shown.responsible_person}　　联系方式：{shown.contact}",
        f"出具日期：{day(shown.issued_on)}",
    ):
        pdf.set_font("NotoSansSC", size=13)
        pdf.set_text_color(*INK)
        pdf.multi_cell(
            WIDTH, 11, text, align=Align.R, wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
