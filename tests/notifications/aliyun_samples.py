"""A gateway that talks to the local Aliyun, and calls as Aliyun makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from notifications.contract import Contract
from notifications.gateways.aliyun import AliyunGateway
from notifications.gateways.webhooks import WebhookRequest

SECRET = "secret-of-the-address"
RECEIPTS, REPLIES = f"/webhooks/aliyun/{SECRET}/receipts", f"/webhooks/aliyun/{SECRET}/replies"
MakeAliyun = Callable[..., AliyunGateway]
RECEIPT = {
    "phone_number": "13800000042",
    "send_time": "2026-11-25 10:00:00",
    "report_time": "2026-11-25 10:00:07",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "900000000000000001^0",
    "out_id": "01930000-0000-7000-8000-000000000001",
}
REPLY = {
    "phone_number": "13800000042",
    "content": "1",
    "send_time": "2026-11-25 10:05:00",
    "dest_code": "1234",
    "sequence_id": "1234567890",
}


def make_gateway(endpoint: str = "", **changes: Any) -> AliyunGateway:
    values: dict[str, Any] = {"key_id": "key-of-the-stand-in", "key_secret": "secret-of-the-stand-in"}
    values |= {"sign_name": "长沙退管", "contract": Contract(is_assumed=True), "webhook_secret": SECRET}
    values |= {"endpoint": endpoint, "limit_seconds": 5.0}
    return AliyunGateway(**(values | changes))


def call(
    batch: Any, target: str = RECEIPTS, method: str = "POST", kind: str = "application/json"
) -> WebhookRequest:
    """A call; `batch` as bytes stands as it is."""
    body = batch if isinstance(batch, bytes) else orjson.dumps(batch)
    return WebhookRequest(method, target, {"Content-Type": kind}, body)
