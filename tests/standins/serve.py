"""Runs a stand-in as a process: `python -m tests.standins.serve twilio --port 4010 --latency 0.05 --bad-day`.

Prints one JSON line with its address when it answers. `GET /_truth` tells what was received: `{"sent": {our
reference: times}, "total": …}`, counted here and not from the product's tables.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter

from aiohttp import web

from tests.standins.aliyun import AliyunStandin
from tests.standins.faults import FaultPlan
from tests.standins.twilio import TwilioStandin


class CountedTwilio(TwilioStandin):
    """With its truth on a page."""

    def routes(self, app: web.Application) -> None:
        super().routes(app)
        app.router.add_get("/_truth", self._truth)

    async def _truth(self, _: web.Request) -> web.Response:
        return _told(Counter(m.body for m in self.messages if m.direction != "inbound"), self.faults)


class CountedAliyun(AliyunStandin):
    """With its truth on a page."""

    def routes(self, app: web.Application) -> None:
        super().routes(app)
        app.router.add_get("/_truth", self._truth)

    async def _truth(self, _: web.Request) -> web.Response:
        return _told(Counter(one.content for one in self.kept), self.faults)


def _told(sent: Counter[str], faults: FaultPlan | None) -> web.Response:
    twice = sum(times - 1 for times in sent.values())
    told = {
        "total": sent.total(),
        "texts": len(sent),
        "twice": twice,
        "faults": faults.drawn if faults else 0,
    }
    return web.json_response({**told, "sent": dict(sent)})


async def serve(options: argparse.Namespace) -> None:
    """Until the process is ended."""
    faults = FaultPlan(options.seed, listing_fails=0.05, duplicate_report=0.05, reorder_reports=0.1)
    plan = faults if options.bad_day else None
    standin: TwilioStandin | AliyunStandin
    if options.gateway == "twilio":
        standin = CountedTwilio(latency=options.latency, faults=plan, reports_by_itself=True)
    else:
        standin = CountedAliyun(latency=options.latency, faults=plan, push_to=options.push_to)
    standin.port = options.port
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
    parser.add_argument("--bad-day", action="store_true", help="503, 500, 429, hanging and broken calls")
    parser.add_argument("--push-to", default="", help="address of receipts (Aliyun)")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
