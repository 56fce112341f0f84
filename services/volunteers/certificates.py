"""Certificates of service: asked for, up for public notice, issued or withdrawn (rule VOL-11, order 67)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from domain.service import content_of, may_issue, notice_ends
from models.service_records import ServiceCertificate
from models.volunteers import Volunteer, VolunteerStatus
from services.audit import audit
from services.errors import BadInput, NotFound, WrongMoment
from services.numbers import take_serials
from services.steps import Step
from services.volunteers.records import load_ledger


@dataclass(frozen=True)
class CertificateForm:
    """The period, both days included, and who stands for it."""

    from_on: date
    to_on: date
    issuer: str
    responsible_person: str
    contact: str


def _check_standing(volunteer: Volunteer) -> None:
    """Raises WrongMoment: while somebody is suspended the hours are frozen."""
    if volunteer.status is VolunteerStatus.PAUSED:
        raise WrongMoment("suspended", "Rule VOL-11: no certificate while the volunteer is suspended.")


async def request_certificate(step: Step, volunteer: Volunteer, form: CertificateForm) -> ServiceCertificate:
    """Write down what will be certified and begin the public notice. It costs nothing.

    Raises:
        BadInput: days in the wrong order or in the future, nobody who stands for it, or no service then.
    """
    _check_standing(volunteer)
    if form.to_on < form.from_on:
        raise BadInput("to_on", "The last day lies before the first.", "to_on")
    if form.to_on > step.today:
        raise BadInput("to_on", "Rule VOL-11: only service that has been done is certified.", "to_on")
    for name in ("issuer", "responsible_person", "contact"):
        if len(getattr(form, name).strip()) < 2:
            raise BadInput(name, "Rule VOL-11: name the issuer, the responsible person and a contact.", name)
    spells = [line.spell for line in await load_ledger(step, volunteer.id)]
    content = content_of(spells, form.from_on, form.to_on)
    if not content:
        raise BadInput("from_on", "Rule VOL-11: no service is recorded in these days.", "from_on")
    serial = await take_serials(step, f"certificates/{step.today:%Y}", 1)
    row = ServiceCertificate(
        number=f"FW{step.today:%Y}-{serial:06d}",
        volunteer_id=volunteer.id,
        from_on=form.from_on,
        to_on=form.to_on,
        minutes=sum(part["minutes"] for part in content.values()),
        content=content,
        issuer=form.issuer.strip()[:64],
        responsible_person=form.responsible_person.strip()[:64],
        contact=form.contact.strip()[:32],
        notice_from=step.today,
        notice_until=notice_ends(step.today, step.policy),
        requested_by=step.actor,
        requested_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    await audit(step, "certificate.request", row)
    return row


async def issue_certificate(step: Step, volunteer: Volunteer, certificate_id: UUID) -> ServiceCertificate:
    """After the public notice nobody objected.

    Raises:
        NotFound: no such certificate of this volunteer.
        WrongMoment: the notice is not over, the hours have changed since, or it was withdrawn or issued.
    """
    _check_standing(volunteer)
    row = await find_certificate(step, volunteer, certificate_id)
    if row.withdrawn_at is not None or row.issued_on is not None:
        raise WrongMoment("over", "This certificate was issued or withdrawn already.")
    if not may_issue(row.notice_until, step.today):
        raise WrongMoment("notice", "Rule VOL-11: the public notice is not over yet.")
    spells = [line.spell for line in await load_ledger(step, volunteer.id)]
    if content_of(spells, row.from_on, row.to_on) != row.content:
        raise WrongMoment(
            "changed", "Rule VOL-11: the hours were corrected since. Withdraw it and begin anew."
        )
    row.issued_on, row.issued_by = step.today, step.actor
    await audit(step, "certificate.issue", row)
    return row


async def withdraw_certificate(
    step: Step, volunteer: Volunteer, certificate_id: UUID, why: str
) -> ServiceCertificate:
    """Somebody objected, or it was wrong; the number is not given again.

    Raises:
        NotFound: no such certificate of this volunteer.
        WrongMoment: it is withdrawn already.
        BadInput: no reason.
    """
    row = await find_certificate(step, volunteer, certificate_id)
    if row.withdrawn_at is not None:
        raise WrongMoment("over", "This certificate was issued or withdrawn already.")
    if len(why.strip()) < 2:
        raise BadInput("reason", "Say why.", "reason")
    row.withdrawn_at, row.withdrawn_why = step.now, why.strip()[:128]
    await audit(step, "certificate.withdraw", row, why=why)
    return row


async def find_certificate(step: Step, volunteer: Volunteer, certificate_id: UUID) -> ServiceCertificate:
    """One certificate of this volunteer.

    Raises:
        NotFound: there is none.
    """
    row = await step.session.get(ServiceCertificate, certificate_id)
    if row is None or row.volunteer_id != volunteer.id:
        raise NotFound("certificate", "There is no such certificate.")
    return row


async def note_download(step: Step, row: ServiceCertificate) -> None:
    """The file names a person: who fetched it is written down."""
    await audit(step, "certificate.download", row, fields=["name", "id_number"])


async def load_certificates(step: Step, volunteer_id: UUID) -> list[ServiceCertificate]:
    rows = await step.session.scalars(
        select(ServiceCertificate)
        .where(col(ServiceCertificate.volunteer_id) == volunteer_id)
        .order_by(col(ServiceCertificate.requested_at).desc(), col(ServiceCertificate.id))
    )
    return list(rows)


async def load_notices(step: Step) -> list[tuple[ServiceCertificate, Volunteer]]:
    """What is up for public notice today, of the volunteers whom the reader may see."""
    rows = await step.session.execute(
        select(ServiceCertificate, Volunteer)
        .join(Volunteer, col(Volunteer.id) == col(ServiceCertificate.volunteer_id))
        .where(
            col(ServiceCertificate.issued_on).is_(None),
            col(ServiceCertificate.withdrawn_at).is_(None),
        )
        .order_by(col(ServiceCertificate.notice_until), col(ServiceCertificate.number))
    )
    return [(certificate, volunteer) for certificate, volunteer in rows]
