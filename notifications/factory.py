"""The gateway that the settings choose."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.settings import Settings, SettingsError
from notifications.gateways.protocol import Gateway
from notifications.gateways.simulator import PhoneStore, SimulatorGateway
from notifications.gateways.twilio import TwilioGateway


def create_gateway(settings: Settings, phone_store: PhoneStore) -> Gateway:
    """Build the chosen gateway; `phone_store` keeps the simulator's phones and is not used by the others.

    Raises:
        SettingsError: a setting of the chosen gateway cannot be used.
    """
    if settings.sms_gateway == "simulator":
        return SimulatorGateway(phone_store)
    if settings.sms_gateway == "twilio":
        return _create_twilio(settings)
    raise SettingsError(
        f"TANFANG_SMS_GATEWAY: {settings.sms_gateway} is not available in this version: "
        "choose simulator or twilio"
    )


def _create_twilio(settings: Settings) -> TwilioGateway:
    _check_address("TANFANG_PUBLIC_BASE_URL", settings.public_base_url)
    if settings.twilio_api_base:
        _check_address("TANFANG_TWILIO_API_BASE", settings.twilio_api_base)
    if not settings.twilio_from.startswith(("+", "MG")):
        raise SettingsError("TANFANG_TWILIO_FROM: give a number such as +15005550006 or a service MG…")
    return TwilioGateway(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.twilio_from,
        settings.public_base_url,
        api_base=settings.twilio_api_base,
    )


def _check_address(field: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(f"{field}: give an address such as https://visits.example.org")
