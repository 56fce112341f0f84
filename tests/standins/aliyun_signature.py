"""Aliyun's way of signing a call (ACS3-HMAC-SHA256), written from its description and not from the SDK."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote

AUTHORIZATION = re.compile(
    r"^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$"
)
MUST_SIGN = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"}


def signature_fault(
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    keys: Mapping[str, str],
) -> str:
    """Aliyun's code for what is wrong with a signature, or an empty string."""
    found = AUTHORIZATION.match(headers.get("authorization", ""))
    if not found:
        return "MissingAuthorization"
    key_id, names, signature = found[1], found[2].split(";"), found[3]
    if key_id not in keys:
        return "InvalidAccessKeyId.NotFound"
    if not set(names) >= MUST_SIGN or names != sorted(names):
        return "IncompleteSignature"
    digest = hashlib.sha256(body).hexdigest()
    if headers.get("x-acs-content-sha256") != digest:
        return "SignatureDoesNotMatch"
    pairs = [f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in sorted(query.items())]
    lines = [f"{name}:{headers.get(name, '').strip()}\n" for name in names]
    canonical = "\n".join((method, path, "&".join(pairs), "".join(lines), ";".join(names), digest))
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    wanted = hmac.new(keys[key_id].encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return "" if hmac.compare_digest(wanted, signature) else "SignatureDoesNotMatch"
