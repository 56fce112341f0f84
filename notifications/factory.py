"""The gateway that the settings choose."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.settings import Settings, SettingsError
from notifications.contract import Contract, ContractError, read_contract
from notifications.gateways.protocol import Gateway
from notifications.gateways.simulator import PhoneStore, SimulatorGateway
from notifications.gateways.twilio import TwilioGateway
from notifications.gateways.twilio_webhooks import INBOUND_PATH
from notifications.templates import find_signature_fault

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_gateway(settings: Settings, phone_store: PhoneStore) -> Gateway:
    """Build the chosen gateway; `phone_store` keeps the simulator's phones and is not used by the others.

    Raises:
        SettingsError: a setting of the chosen gateway cannot be used.
    """
    if settings.sms_gateway == "twilio":
        return _create_twilio(settings)
    if settings.sms_gateway == "aliyun":
        return _create_aliyun(settings)
    return SimulatorGateway(phone_store)


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
        contract=_read_contract(settings, is_assumed=True),
    )


def _create_aliyun(settings: Settings) -> Gateway:
    # Imported here: the SDK takes more than half a second, which only those who use it should wait.
    from notifications.gateways.aliyun import AliyunGateway

    endpoint = settings.aliyun_endpoint
    if endpoint and "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    if endpoint:
        _check_address("TANFANG_ALIYUN_ENDPOINT", endpoint)
    if fault := find_signature_fault(settings.aliyun_sign_name):
        raise SettingsError(f"TANFANG_ALIYUN_SIGN_NAME: {fault}; give the approved signature")
    is_standin = urlsplit(endpoint).hostname in LOOPBACK
    if settings.sms_contract_file is None and not is_standin:
        raise SettingsError(
            "TANFANG_SMS_CONTRACT_FILE: Aliyun sends approved templates only: give the file that names them "
            "(docs/gateways.md)"
        )
    return AliyunGateway(
        settings.aliyun_access_key_id,
        settings.aliyun_access_key_secret.get_secret_value(),
        settings.aliyun_sign_name,
        _read_contract(settings, is_assumed=settings.sms_contract_file is None),
        webhook_secret=_webhook_secret(settings),
        endpoint=endpoint,
    )


def webhook_addresses(settings: Settings) -> dict[str, str]:
    """What to enter at the gateway's console, by purpose; Aliyun's addresses are secret."""
    base = settings.public_base_url.rstrip("/")
    if settings.sms_gateway == "twilio":
        return {"replies": base + INBOUND_PATH}
    if settings.sms_gateway == "aliyun":
        from notifications.gateways.aliyun_webhooks import PATH, RECEIPTS, REPLIES

        return {
            purpose: f"{base}{PATH}{_webhook_secret(settings)}/{purpose}" for purpose in (RECEIPTS, REPLIES)
        }
    return {}


def _webhook_secret(settings: Settings) -> str:
    """The chosen secret, or one that follows from the key."""
    from notifications.gateways.aliyun_webhooks import secret_of

    chosen = settings.aliyun_webhook_secret.get_secret_value()
    return chosen or secret_of(settings.aliyun_access_key_secret.get_secret_value())


def _read_contract(settings: Settings, *, is_assumed: bool) -> Contract:
    try:
        return read_contract(settings.sms_gateway, settings.sms_contract_file, is_assumed=is_assumed)
    except ContractError as error:
        raise SettingsError(
            f"TANFANG_SMS_CONTRACT_FILE: {error}; give a file as in docs/gateways.md"
        ) from error


def _check_address(field: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(f"{field}: give an address such as https://visits.example.org")
