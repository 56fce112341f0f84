"""Staff accounts and signing in: opaque tokens of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from config.clock import Clock, FastClock, SystemClock
from models.scope import SYSTEM
from models.seal import blind_index
from models.staff import Role, Staff, StaffSession
from models.volunteers import Volunteer
from services.audit import audit, audit_other
from services.errors import BadInput, NotAllowed
from services.passwords import check_new_password, hash_password, verify_password
from services.steps import Step, Steps
from services.throttle import Strangers, Throttle, lock_end, network_of

IDLE, ABSOLUTE = timedelta(hours=8), timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how fine the last sight is kept: not a write per request
PER_ADDRESS, ADDRESS_WINDOW = 20, timedelta(minutes=5)


@dataclass(frozen=True)
class FoundSession:
    """A valid session and whose it is."""

    staff: Staff
    session_id: UUID
    token_hash: str


async def create_staff(
    step: Step,
    *,
    username: str,
    display_name: str,
    password: str,
    role: Role,
    area: str,
    phone: str = "",
    managing_agency: str = "",
    volunteer: str = "",
) -> Staff:
    """An account. `area`: division-code prefix of 4, 6, 9 or 12 digits; `volunteer`: see `find_volunteer`.

    Raises:
        BadInput: with the field at fault.
    """
    username = username.strip()
    if not username or len(username) > 57 or not all(c.isalnum() or c in "._-" for c in username):
        raise BadInput("username", "A user name is made of letters, digits, dots and dashes.", "username")
    if not area.isdigit() or len(area) not in (4, 6, 9, 12):
        raise BadInput("area", "An area is the first 4, 6, 9 or 12 digits of a division code.", "area")
    check_new_password(password, username)
    if await step.session.scalar(select(col(Staff.id)).where(col(Staff.username) == username)):
        raise BadInput("username_taken", "This user name is already taken.", "username")
    staff = Staff(
        username=username,
        display_name=display_name.strip() or username,
        role=role,
        area=area,
        managing_agency=managing_agency,
        password_hash=await hash_password(password),
        volunteer_id=await find_volunteer(step, volunteer) if volunteer.strip() else None,
        created_at=step.now,
    )
    if phone:
        staff.phone = phone
    step.session.add(staff)
    await step.session.flush()
    await audit(step, "staff.create", staff)
    return staff


async def find_volunteer(step: Step, text: str) -> UUID:
    """The volunteer that an id or a mobile number (E.164) names.

    Raises:
        BadInput: nobody, or several people with that number.
    """
    wanted = text.strip()
    try:
        where = col(Volunteer.id) == UUID(wanted)
    except ValueError:
        where = col(Volunteer.phone_index) == blind_index("phone", wanted)
    found = list(await step.session.scalars(select(col(Volunteer.id)).where(where).limit(2)))
    if not found:
        raise BadInput("volunteer", "There is no such volunteer.", "volunteer")
    if len(found) > 1:
        raise BadInput("volunteer", "Several volunteers have this number: give the id.", "volunteer")
    return found[0]


async def sign_in(steps: Steps, username: str, password: str, address: str) -> str:
    """The token for the cookie. The same answer, in the same time, for a wrong name and a wrong password.

    Raises:
        NotAllowed: `wrong` (name or password), `throttled` (too many failures of account or address), `busy`.
    """
    now, network = people_clock(steps.clock).now(), network_of(address)
    throttle: Throttle = steps.cache.setdefault("sign_in", Throttle(PER_ADDRESS, ADDRESS_WINDOW))
    if throttle.is_full(network, now):
        raise NotAllowed("throttled", "Too many attempts. Wait a few minutes.")
    async with steps.look() as step:
        staff = await step.session.scalar(select(Staff).where(col(Staff.username) == username.strip()))
    is_right = await verify_password(password, staff.password_hash if staff else "")
    strangers: Strangers = steps.cache.setdefault("strangers", Strangers())
    name = hash_token(username.strip())  # a password typed into the wrong field must not stay in memory
    locked_until = staff.locked_until if staff else strangers.locked_until(name)
    if locked_until is not None and locked_until > now:
        throttle.add(network, now)
        raise NotAllowed("throttled", "Too many attempts. Wait a few minutes.")
    if staff is None or not is_right or not staff.is_active:
        throttle.add(network, now)
        if staff is None:
            strangers.add(name, now)
        await steps.run("system", lambda step: _failed(step, staff, now))
        raise NotAllowed("wrong", "User name or password is wrong.")
    token = secrets.token_urlsafe(24)
    await steps.run(f"staff:{staff.username}", lambda step: _begin(step, staff.id, token, now))
    return token


async def _failed(step: Step, staff: Staff | None, now: datetime) -> None:
    await audit_other(
        step,
        "session.refused",
        who=f"staff:{staff.username}" if staff else "unknown",
        table_name="staff",
        row_id=str(staff.id) if staff else "",
    )
    row = await step.session.get(Staff, staff.id) if staff else None
    if row is None:
        return
    row.failed_logins += 1
    row.locked_until = lock_end(row.failed_logins, now)


async def _begin(step: Step, staff_id: UUID, token: str, now: datetime) -> None:
    staff = await step.session.get(Staff, staff_id)
    assert staff is not None  # noqa: S101  # accounts are switched off, never deleted
    staff.failed_logins, staff.locked_until = 0, None
    session = StaffSession(
        token_hash=hash_token(token),
        staff_id=staff_id,
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
    )
    step.session.add(session)
    await step.session.flush()
    await audit_other(
        step,
        "session.begin",
        role=staff.role,
        area=staff.area,
        table_name="staff_sessions",
        row_id=str(session.id),
    )


async def find_session(steps: Steps, token: str) -> FoundSession | None:
    """Whose session this is, if it is still valid; noted as seen now and then."""
    now, token_hash = people_clock(steps.clock).now(), hash_token(token)
    async with steps.db.read(SYSTEM) as session:
        row = await session.scalar(select(StaffSession).where(col(StaffSession.token_hash) == token_hash))
        if row is None or row.ended_at is not None or now >= row.expires_at or now - row.seen_at >= IDLE:
            return None
        staff = await session.get(Staff, row.staff_id)
    if staff is None or not staff.is_active:
        return None
    if now - row.seen_at >= SEEN_EVERY:
        await steps.run("system", lambda step: _seen(step, row.id, now))
    return FoundSession(staff, row.id, token_hash)


async def _seen(step: Step, session_id: UUID, now: datetime) -> None:
    row = await step.session.get(StaffSession, session_id)
    if row is not None:
        row.seen_at = max(row.seen_at, now)


async def sign_out(steps: Steps, session_id: UUID) -> None:
    """End a session; a second time changes nothing."""
    now = people_clock(steps.clock).now()

    async def end(step: Step) -> None:
        row = await step.session.get(StaffSession, session_id)
        if row is not None and row.ended_at is None:
            row.ended_at = now
            await audit(step, "session.end", row)

    await steps.run("system", end)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def people_clock(clock: Clock) -> Clock:
    """Sessions age with the person in front of the screen, also where the city lives faster."""
    return SystemClock() if isinstance(clock, FastClock) else clock
