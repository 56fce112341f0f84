"""Every setting of every process, typed, from the environment or `.env` (prefix `TANFANG_`)."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DATABASE_SCHEMES = ("sqlite+aiosqlite", "postgresql+asyncpg")
BROKER_SCHEMES = ("memory", "redis", "rediss", "amqp", "amqps")


class SettingsError(Exception):
    """The settings contradict each other or a value cannot be used; the text names field and remedy."""


class Settings(BaseSettings):
    """See `docs/settings.md`; a test keeps that page and this class in step."""

    model_config = SettingsConfigDict(
        env_prefix="TANFANG_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field("sqlite:///var/tanfang.sqlite", description="SQLite file or PostgreSQL server")
    broker_url: str = Field("memory://", description="memory://, redis://… or amqp://…")
    sms_gateway: Literal["simulator", "twilio", "aliyun"] = Field("simulator", description="who sends texts")
    sms_signature: str = Field("长沙退管", description="name that signs every text, without brackets")
    twilio_account_sid: str = Field("", description="Twilio account (AC…)")
    twilio_auth_token: SecretStr = Field(SecretStr(""), description="Twilio auth token, also signs webhooks")
    twilio_from: str = Field("", description="sender number (E.164) or messaging service (MG…)")
    twilio_api_base: str = Field("", description="other base address of Twilio's API, for tests")
    aliyun_access_key_id: str = Field("", description="Aliyun access key")
    aliyun_access_key_secret: SecretStr = Field(SecretStr(""), description="Aliyun access key secret")
    aliyun_sign_name: str = Field("", description="approved SMS signature")
    aliyun_endpoint: str = Field("", description="other endpoint of Aliyun's SMS API, for tests")
    aliyun_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="secret part of the addresses Aliyun calls; derived from the key where empty",
    )
    sms_contract_file: Path | None = Field(
        None, description="TOML file with approved templates and prices (docs/gateways.md)"
    )
    public_base_url: str = Field("", description="https address under which gateways and phones reach us")
    secret_key: SecretStr = Field(
        SecretStr(""), description="master key, 32 bytes or more; seals personal data"
    )
    secret_key_file: Path | None = Field(None, description="file with the master key")
    listen: str = Field("127.0.0.1:8080", description="address and port of the web server")
    timezone: str = Field("Asia/Shanghai", description="zone of local dates and hours")
    language: Literal["zh-CN", "en"] = Field(
        "zh-CN", description="language where a person has not chosen one"
    )
    var_dir: Path = Field(Path("var"), description="folder for the SQLite file, key file and evidence")
    worker_threads: int = Field(
        8, ge=1, le=256, description="visits and messages worked on at once per process"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least severe log line"
    )
    log_format: Literal["json", "console"] = Field("json", description="log lines as JSON or for eyes")

    @field_validator("database_url")
    @classmethod
    def _async_database(cls, url: str) -> str:
        """Plain `sqlite:` and `postgresql:` addresses get the asynchronous driver's name."""
        scheme, rest = url.split(":", 1) if ":" in url else (url, "")
        scheme = {
            "sqlite": "sqlite+aiosqlite",
            "postgres": "postgresql+asyncpg",
            "postgresql": "postgresql+asyncpg",
        }.get(scheme, scheme)
        if scheme not in DATABASE_SCHEMES or not rest:
            raise ValueError("give sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME")
        return f"{scheme}:{rest}"

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, url: str) -> str:
        if urlsplit(url).scheme not in BROKER_SCHEMES:
            raise ValueError("give memory://, redis://HOST:PORT/0 or amqp://USER:PASSWORD@HOST:PORT")
        return url

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("give an IANA zone such as Asia/Shanghai") from error
        return name

    @field_validator("aliyun_webhook_secret")
    @classmethod
    def _fit_for_an_address(cls, secret: SecretStr) -> SecretStr:
        if secret.get_secret_value() and not re.fullmatch(r"[0-9A-Za-z_-]{16,64}", secret.get_secret_value()):
            raise ValueError("give 16 to 64 letters, digits, - or _")
        return secret

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("give HOST:PORT, for example 127.0.0.1:8080")
        return listen

    @model_validator(mode="after")
    def _no_contradiction(self) -> Self:
        needed = {
            "twilio": ("twilio_account_sid", "twilio_auth_token", "twilio_from", "public_base_url"),
            "aliyun": ("aliyun_access_key_id", "aliyun_access_key_secret", "aliyun_sign_name"),
            "simulator": (),
        }[self.sms_gateway]
        missing = [f"TANFANG_{name.upper()}" for name in needed if not _text(getattr(self, name))]
        if missing:
            raise ValueError(
                f"TANFANG_SMS_GATEWAY={self.sms_gateway} needs {', '.join(missing)}: set them, "
                "or choose TANFANG_SMS_GATEWAY=simulator"
            )
        return self

    @property
    def signature(self) -> str:
        """What signs every text: the domestic gateway puts its own approved signature in front."""
        return self.aliyun_sign_name if self.sms_gateway == "aliyun" else self.sms_signature

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_embedded(self) -> bool:
        """One process does everything: the in-process queue is chosen."""
        return self.broker_url.startswith("memory")

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def load_settings(**overrides: object) -> Settings:
    """Read the settings once, at the edge.

    Raises:
        SettingsError: with one line per field: its variable, what is wrong, what to do.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic parses what the caller gives
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            field = "TANFANG_" + "_".join(str(part) for part in fault["loc"]).upper() if fault["loc"] else ""
            text = fault["msg"].removeprefix("Value error, ")
            lines.append(f"{field}: {text}" if field else text)
        raise SettingsError("\n".join(lines)) from error
