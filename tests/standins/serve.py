"""Runs a stand-in as a process: `python -m tests.standins.serve twilio --port 4010 --latency 0.05 --bad-day`.

Prints one JSON line with its address when it answers. `GET /_truth` tells what was received, counted here
and not from the product's tables: `total`, `attempts` (our attempt ids and how often each was taken), `twice`
(the same words to the same phone again), `faults`, `violations` of the published document.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
from collections import Counter

from aiohttp import web

from tests.standins.aliyun import AliyunStandin
from tests.standins.faults import FaultPlan
from tests.standins.twilio import TwilioStandin
from tests.standins.twilio_answers import IN
from tests.standins.twilio_contract import load_contract


class CountedTwilio(TwilioStandin):
    """With its truth on a page."""

    def routes(self, app: web.Application) -> None:
        super().routes(app)
        app.router.add_get("/_truth", self._truth)

    async def _truth(self, _: web.Request) -> web.Response:
        taken = [m for m in self.messages if m.direction != IN]
        attempts = [m.form["StatusCallback"].partition("#")[0].rpartition("/")[2] for m in taken]
        return _told(attempts, [(m.to, m.body) for m in taken], self.faults, len(self.violations))


class CountedAliyun(AliyunStandin):
    """With its truth on a page."""

    def routes(self, app: web.Application) -> None:
        super().routes(app)
        app.router.add_get("/_truth", self._truth)

    async def _truth(self, _: web.Request) -> web.Response:
        words = [(one.phone, one.content) for one in self.kept]
        return _told([one.out_id for one in self.kept], words, self.faults, 0)


def _told(
    attempts: list[str], words: list[tuple[str, str]], faults: FaultPlan | None, violations: int
) -> web.Response:
    told = {"total": len(attempts), "attempts": Counter(attempts), "twice": len(words) - len(set(words))}
    told |= {"faults": faults.drawn if faults else 0, "violations": violations}
    return web.json_response(told)


async def serve(options: argparse.Namespace) -> None:
    """Until the process is ended."""
    faults = FaultPlan(options.seed, listing_fails=0.05, duplicate_report=0.05, reorder_reports=0.1)
    plan = faults if options.bad_day else None
    standin: TwilioStandin | AliyunStandin
    if options.gateway == "twilio":
        contract = load_contract() if options.contract else None
        standin = CountedTwilio(
            latency=options.latency,
            faults=plan,
            reports_by_itself=True,
            report_after=options.report_after,
            contract=contract,
        )
    else:
        standin = CountedAliyun(latency=options.latency, faults=plan, push_to=options.push_to)
    standin.port = options.port
    gc.set_threshold(100_000)  # it keeps all it took: what a measurement is about is not its memory
    async with standin:
        print(json.dumps({"gateway": options.gateway, "base": standin.base}), flush=True)  # noqa: T201  # for the caller
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gateway", choices=["twilio", "aliyun"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until a send call is answered")
    parser.add_argument("--report-after", type=float, default=0.0, help="seconds until the first report")
    parser.add_argument("--bad-day", action="store_true", help="503, 500, 429, hanging and broken calls")
    parser.add_argument("--contract", action="store_true", help="check calls against Twilio's document")
    parser.add_argument("--push-to", default="", help="address of receipts (Aliyun)")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
