"""What the local Aliyun keeps, how it shows it, and what it reports."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

CHINA = ZoneInfo("Asia/Shanghai")
WAITING, NOT_DELIVERED, DELIVERED = 1, 2, 3
FORM = "%Y-%m-%d %H:%M:%S"


@dataclass
class Kept:
    """A text that the stand-in has taken."""

    biz_id: str
    phone: str
    content: str
    template: str
    params: dict[str, str]
    out_id: str
    sent_at: datetime
    status: int = WAITING
    err_code: str = ""

    @property
    def local(self) -> datetime:
        return self.sent_at.astimezone(CHINA)

    def detail(self) -> dict[str, Any]:
        """The text as QuerySendDetails shows it; the receipt's id is not among the fields."""
        done = self.status != WAITING
        return {
            "Content": self.content,
            "ErrCode": self.err_code,
            "OutId": self.out_id,
            "PhoneNum": self.phone,
            "ReceiveDate": f"{self.local:{FORM}}" if done else None,
            "SendDate": f"{self.local:{FORM}}",
            "SendStatus": self.status,
            "TemplateCode": self.template,
        }

    def receipt(self) -> dict[str, Any]:
        """The text as a receipt reports it."""
        return {
            "phone_number": self.phone,
            "send_time": f"{self.local:{FORM}}",
            "report_time": f"{self.local:{FORM}}",
            "success": self.status == DELIVERED,
            "err_code": self.err_code,
            "err_msg": "",
            "sms_size": "1",
            "biz_id": self.biz_id,
            "out_id": self.out_id,
        }


def list_details(kept: list[Kept], query: dict[str, str]) -> dict[str, Any]:
    """One page of a number's texts of a day, newest first."""
    size, page = int(query["PageSize"]), int(query["CurrentPage"])
    rows = [
        row
        for row in reversed(kept)
        if row.phone == query["PhoneNumber"] and f"{row.local:%Y%m%d}" == query["SendDate"]
    ]
    shown = [row.detail() for row in rows[(page - 1) * size : page * size]]
    return {"TotalCount": str(len(rows)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": shown}}


def answer(code: str, message: str = "", status: int = 200, **fields: Any) -> web.Response:
    """As Aliyun answers: refusals of the SMS service with HTTP 200, those of the doorman with 4xx."""
    payload = {"Code": code, "Message": message or code, "RequestId": str(uuid.uuid4()).upper(), **fields}
    return web.json_response(payload, status=status)
