"""How registers write the names of divisions, reduced to forms that can be compared."""

from __future__ import annotations

import re
import unicodedata

COMMUNITY_WORDS = ("社区", "居委会", "居民委员会", "村")
_NOISE = re.compile(r"[^\w]|_")
# characters that offices write for one another: 㮾梨 is not in every font, 桔 is short for 橘
_VARIANTS = str.maketrans({"㮾": "榔", "橘": "桔"})
_ESTATE = re.compile("经济技术开发区|经济开发区")
_COMMITTEES = (
    (re.compile("(?:社区)?(?:社区委员会|居民委员会|居委会|居民委会|工作站)$"), "社区"),
    (re.compile("村?(?:村民委员会|村民委委会|村委会|村民小组)$"), "村"),
)
OFFICE_TAIL = re.compile("^(?:办事处|人民政府|办)")
_OFFICE = re.compile("(?:街道办事处|街道办|街办|街道|办事处|人民政府)$")
_DISTRICT_KINDS = "市区县旗"


def plain(text: str) -> str:
    """Half-width, without spaces and punctuation, one character for each of several in use."""
    squeezed = _NOISE.sub("", unicodedata.normalize("NFKC", text)).translate(_VARIANTS)
    return _ESTATE.sub("经开区", squeezed)


def canonical(community: str) -> str:
    """A community's plain name ending in 社区 or 村 if it says which: 桃花岭村委会 → 桃花岭村."""
    for pattern, kind in _COMMITTEES:
        shorter, hits = pattern.subn(kind, community)
        if hits and shorter != kind:
            return shorter
    return community


def bare(community: str) -> str:
    """A canonical name without 社区 or 村; never empty."""
    for kind in ("社区", "村"):
        if community.endswith(kind) and community != kind:
            return community.removesuffix(kind)
    return community


def street_stem(street: str) -> str:
    """A street's plain name without 街道, 镇, 乡 or the office's name: 朝阳街街道 → 朝阳街."""
    shorter = _OFFICE.sub("", street)
    if shorter == street or shorter.endswith(("镇", "乡")):
        shorter = shorter[:-1] if len(shorter) > 2 and shorter[-1] in "镇乡" else shorter
    return shorter or street


def street_root(stem: str) -> str:
    """A street's stem without 街 or 路, as hasty writers leave them out: 朝阳街 → 朝阳."""
    return stem[:-1] if len(stem) > 2 and stem[-1] in "街路" else stem


def district_stem(district: str) -> str:
    """A district's plain name without its kind: 宁乡县, 宁乡市 → 宁乡."""
    return district[:-1] if len(district) > 2 and district[-1] in _DISTRICT_KINDS else district
