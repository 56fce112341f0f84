"""A volunteer's browser on the phone page: the code, the last four digits, arrival, report."""

from __future__ import annotations

import base64
import re

from models.visits import Visit
from models.volunteers import Volunteer
from tests.scenarios.stage import Browser, Stage

# One black point.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class PhonePage:
    """What one volunteer sees and sends for one visit."""

    def __init__(self, browser: Browser, volunteer: Volunteer) -> None:
        self.browser, self.volunteer = browser, volunteer

    async def see(self) -> str:
        return await (await self.browser.get("/t")).text()

    async def send(self, path: str, **fields: str) -> str:
        """A form of the page; the page that follows."""
        answer = await self.browser.post(f"/t{path}", data=fields)
        shown = await answer.text()
        assert answer.status == 200, f"{path}: {answer.status} {shown}"
        return shown

    async def say_who(self) -> str:
        """The last four digits of one's own number open the address."""
        return await self.send("/know", digits=self.volunteer.phone[-4:])

    async def form_key(self, outcome: str) -> str:
        form = await (await self.browser.get(f"/t/report?outcome={outcome}")).text()
        found = re.search(r'name="form_key" value="([^"]+)"', form)
        assert found is not None, form
        return found[1]

    async def report(self, outcome: str, *, key: str = "", photo: bool = False, **fields: str) -> str:
        """The report's form, with a photo as the phone makes it smaller."""
        picture = {"photo_data": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"} if photo else {}
        key = key or await self.form_key(outcome)
        return await self.send("/report", form_key=key, outcome=outcome, **picture, **fields)


async def open_page(stage: Stage, visit: Visit, volunteer: Volunteer) -> PhonePage:
    """The volunteer types the code of the text."""
    seats = await stage.seats(visit.id)
    code = next(s.code for s in seats if s.volunteer_id == volunteer.id)
    page = PhonePage(await stage.stranger(), volunteer)
    await page.send("", code=code)
    return page
