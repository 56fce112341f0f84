"""The traps of real registers, each laid in one good row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from domain.identity import check_digit
from simulation.sample.findings import Effect, Trap

Cells = dict[str, object]
Laid = tuple[str, Trap, Effect, str]  # column, trap, effect, what should be read
Layer = Callable[[Cells], Laid]

ID, BIRTH, MOBILE, COMMUNITY = "公民身份号码", "出生年月", "本人手机", "社区"
CERTIFIED, ADDRESS = "上次认证日期", "常住地址"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
EXCEL_ZERO = date(1899, 12, 30)


def write_id(trap: Trap, change: Callable[[str], object]) -> Layer:
    """The identity number in another notation, still readable."""

    def lay(row: Cells) -> Laid:
        number = str(row[ID])
        row[ID] = change(number)
        return ID, trap, Effect.READ, number

    return lay


def spoil_id(trap: Trap, change: Callable[[str], object]) -> Layer:
    """An identity number that cannot be saved."""

    def lay(row: Cells) -> Laid:
        row[ID] = change(str(row[ID]))
        return ID, trap, Effect.REJECTED, ""

    return lay


def lowercase_x(row: Cells) -> Laid:
    """A number whose check digit is X, written small."""
    number = _renumbered(str(row[ID]), "X")
    row[ID] = number.lower()
    return ID, Trap.ID_LOWERCASE_X, Effect.READ, number


def write_birth(trap: Trap, change: Callable[[date], object], form: str = "%Y-%m-%d") -> Layer:
    """The birth date in another notation; `form` tells how much of it can be read."""

    def lay(row: Cells) -> Laid:
        born_on = date.fromisoformat(str(row[BIRTH]))
        row[BIRTH] = change(born_on)
        return BIRTH, trap, Effect.READ, format(born_on, form)

    return lay


def march(row: Cells) -> Laid:
    """Born in March, as a number: 1958.03."""
    old = str(row[ID])
    row[ID] = _renumbered(f"{old[:10]}03{old[12:]}")
    row[BIRTH] = float(f"{old[6:10]}.03")
    return BIRTH, Trap.BIRTH_AS_NUMBER, Effect.READ, f"{old[6:10]}-03"


def lost_zero(row: Cells) -> Laid:
    """Born in October, 1958.10: a number cell makes 1958.1 of it. The identity number knows."""
    old = str(row[ID])
    row[ID] = _renumbered(f"{old[:10]}10{old[12:]}")
    row[BIRTH] = float(f"{old[6:10]}.10")
    return BIRTH, Trap.BIRTH_LOST_ZERO, Effect.READ, f"{old[6:10]}-10"


def set_cell(column: str, trap: Trap, effect: Effect, value: object, reads: str = "") -> Layer:
    """A cell with this value. A community that cannot be read cannot be read in the address either."""

    def lay(row: Cells) -> Laid:
        row[column] = value
        if column == COMMUNITY:
            row[ADDRESS] = None
        return column, trap, effect, reads

    return lay


def community_in_address(row: Cells) -> Laid:
    """The community's own column is empty, the address names it."""
    community, row[COMMUNITY] = str(row[COMMUNITY]), None
    return ADDRESS, Trap.COMMUNITY_IN_ADDRESS, Effect.READ, community


def change_cell(column: str, trap: Trap, change: Callable[[str], object]) -> Layer:
    """A cell in another notation, still read as before."""

    def lay(row: Cells) -> Laid:
        before = str(row[column])
        row[column] = change(before)
        return column, trap, Effect.READ, before

    return lay


def _renumbered(number: str, last: str = "") -> str:
    """A valid number with the same prefix, birth date and sex; `last`: its check digit must be this."""
    for sequence in range(900 + int(number[16]) % 2, 1000, 2):
        first17 = f"{number[:14]}{sequence}"
        if last in ("", check_digit(first17)):
            return first17 + check_digit(first17)
    raise ValueError("no such number")  # pragma: no cover  # 50 sequences hold every check digit


def _other_check(number: str) -> str:
    return number[:17] + ("0" if number[17] != "0" else "1")


def _impossible_birth(number: str) -> str:
    first17 = f"{number[:10]}0230{number[14:17]}"
    return first17 + check_digit(first17)


LAYERS: Sequence[Layer] = (
    write_id(Trap.ID_APOSTROPHE, lambda n: "'" + n),
    write_id(Trap.ID_SPACES, lambda n: f" {n[:6]} {n[6:14]} {n[14:]} "),
    write_id(Trap.ID_FULL_WIDTH, lambda n: n.translate(FULL_WIDTH)),
    write_id(Trap.ID_LEGACY, lambda n: n[:6] + n[8:17]),
    lowercase_x,
    spoil_id(Trap.ID_AS_NUMBER, lambda n: float(n[:15] + "000")),
    spoil_id(Trap.ID_SCIENTIFIC, lambda n: f"{float(n[:17] + '0'):.5E}"),
    spoil_id(Trap.ID_CHECK_DIGIT, _other_check),
    spoil_id(Trap.ID_BIRTH_DATE, _impossible_birth),
    march,
    lost_zero,
    write_birth(Trap.BIRTH_COMPACT, lambda d: int(f"{d:%Y%m%d}")),
    write_birth(Trap.BIRTH_CHINESE, lambda d: f"{d.year}年{d.month}月", "%Y-%m"),
    write_birth(Trap.BIRTH_SERIAL, lambda d: (d - EXCEL_ZERO).days),
    set_cell(BIRTH, Trap.BIRTH_DIFFERS, Effect.WARNED, "1930-01-01"),
    set_cell(CERTIFIED, Trap.DATE_UNREADABLE, Effect.WARNED, "去年夏天"),
    set_cell(CERTIFIED, Trap.DATE_IMPOSSIBLE, Effect.WARNED, "2026-02-30"),
    set_cell(CERTIFIED, Trap.DATE_FUTURE, Effect.WARNED, date(2099, 1, 1)),
    change_cell(MOBILE, Trap.TWO_PHONES, lambda p: f"{p}/0731-00654321"),
    change_cell(MOBILE, Trap.TWO_PHONES, lambda p: f"{p}、17405000001"),
    change_cell(MOBILE, Trap.PHONE_AS_NUMBER, float),
    change_cell(MOBILE, Trap.PHONE_PREFIXED, lambda p: f"+86 {p[:3]}-{p[3:7]}-{p[7:]}"),
    set_cell(MOBILE, Trap.PHONE_LANDLINE, Effect.WARNED, "0731-00123456", "0731-00123456"),
    set_cell(MOBILE, Trap.PHONE_INVALID, Effect.WARNED, "12345678901"),
    change_cell(COMMUNITY, Trap.COMMUNITY_VARIANT, lambda c: f"　{c.removesuffix('社区')}居委会"),
    change_cell(COMMUNITY, Trap.COMMUNITY_VARIANT, lambda c: c.removesuffix("社区")),
    change_cell(COMMUNITY, Trap.COMMUNITY_VARIANT, lambda c: f"{c.removesuffix('社区')}村委会"),
    community_in_address,
    set_cell(COMMUNITY, Trap.COMMUNITY_UNKNOWN, Effect.REJECTED, "不存在的社区"),
    set_cell(COMMUNITY, Trap.COMMUNITY_MISSING, Effect.REJECTED, None),
    set_cell("姓名", Trap.NAME_MISSING, Effect.REJECTED, None),
)
