"""What of a person may be shown to those who need not know them: applied wherever data leaves the system."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ID = re.compile(r"(?<![0-9A-Za-z])\d{15}(?:\d{2}[0-9Xx])?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}-?)\d{7,8}(?!\d)")
# building, entrance, room: where an address begins to name a door
_DOOR = re.compile(r"[0-9A-Za-z一二三四五六七八九十]+\s*(?:栋|幢|座|号楼|单元|门|室|号|组|层|楼)")


def mask_name(name: str) -> str:
    """王英 → 王*, 王小英 → 王*英, four and more (欧阳震华) → 欧**华."""
    clean = "".join(_INVISIBLE.sub("", name).split())
    if len(clean) <= 1:
        return "*" * len(clean)
    if len(clean) == 2:
        return clean[0] + "*"
    return clean[0] + ("*" if len(clean) == 3 else "**") + clean[-1]


def mask_id(number: str) -> str:
    """430102194203150022 → 430***********0022; documents of under ten characters keep two at the end."""
    if len(number) < 10:
        return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 2 else "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_phone(number: str) -> str:
    """138****5678 for mobiles (with +86 too), 0731-****1234 for landlines, the last four of anything else."""
    text = unicodedata.normalize("NFKC", number).strip()
    digits = re.sub(r"\D", "", text)
    domestic = digits
    for leading in ("0086", "86"):
        if digits.startswith(leading) and len(digits) >= 11 + len(leading) - 1:
            domestic = digits[len(leading) :]
            break
    if re.fullmatch(r"1[3-9]\d{9}", domestic):
        return f"{domestic[:3]}****{domestic[-4:]}"
    if domestic != digits and not domestic.startswith("0"):
        domestic = "0" + domestic
    if domestic.startswith("0") and 10 <= len(domestic) <= 12:
        area = domestic[:3] if domestic[1] in "12" else domestic[:4]
        return f"{area}-****{domestic[-4:]}"
    if len(digits) <= 4:
        return "*" * len(digits)
    return "*" * (len(digits) - 4) + digits[-4:]


def mask_address(address: str) -> str:
    """The address down to the estate or street: the building, entrance and room are cut off."""
    found = _DOOR.search(address)
    return f"{address[: found.start()].rstrip()}***" if found else address


def mask_text(text: str) -> str:
    """Free text (an error, a note, a log value) with ID numbers and phone numbers masked."""
    text = _ID.sub(lambda match: mask_id(match.group()), text)
    text = _MOBILE.sub(lambda match: mask_phone(match.group()), text)
    return _LANDLINE.sub(lambda match: mask_phone(match.group()), text)
