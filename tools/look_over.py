"""What a machine sees on a page: too wide, type or targets too small, English on Chinese pages, axe-core."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
LEAST_TYPE = {"console": 16.0, "phone": 18.0}
# Latin words that Chinese pages may show: formats, names of rules, codes, and the switch to English.
ALLOWED = (
    "English",
    "Excel",
    "xlsx",
    "CSV",
    "JPEG",
    "PNG",
    "ID",
    "PDF",
    "GB",
    "CERT",
    "VOL",
    "CARE",
    "POLICY",
    "CAMP",
    "TS",
)
LOOK = (Path(__file__).parent / "look_over.js").read_text(encoding="utf-8")


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


async def faults_of(page: Page, kind: str = "console") -> list[str]:
    """Faults of the page as it is now, in words; `kind`: console or phone.

    Raises:
        FileNotFoundError: axe-core is not among the node modules.
    """
    found: list[str] = await page.evaluate(LOOK, [LEAST_TYPE[kind], ALLOWED])
    await page.evaluate(_axe())
    result: dict[str, Any] = await page.evaluate(f"axe.run(document, {RULES})")
    for rule in result["violations"]:
        for node in rule["nodes"]:
            found.append(f"{rule['id']}: {node['target']} {node['html'][:90]} {_why(node)}")
    return found


def _why(node: dict[str, Any]) -> str:
    return next((str(check["message"])[:110] for check in node["any"] + node["all"] + node["none"]), "")
