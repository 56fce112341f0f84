"""Policy values about texts: how many, how fast, what is held back, what follows when one does not arrive."""

from __future__ import annotations

from dataclasses import dataclass

from domain.policy_visits import item

_DEC = "decision"


@dataclass(frozen=True)
class TextsPolicy:
    """Limits of outgoing texts. Answers and warnings of danger keep none of the daily limits."""

    offer_texts_per_day: int = item(4, "texts", _DEC, "dec", 1, 50, "of a volunteer's texts may be offers")
    staff_messages_per_day: int = item(30, "texts", _DEC, "dec", 1, 500, "to one member of staff")
    digest_from: int = item(3, "texts", _DEC, "dec", 2, 20, "so many alike for one phone become one text")
    same_text_hours: int = item(24, "hours", _DEC, "dec", 0, 168, "the same words reach a phone once in")
    loop_texts: int = item(10, "texts", _DEC, "dec", 2, 100, "answers to one phone, then a person looks")
    loop_minutes: int = item(10, "minutes", _DEC, "dec", 1, 240, "within which answers make a loop")

    # Pace: one sender's bucket of segments
    segments_per_second: int = item(
        200, "segments", _DEC, "dec", 1, 10_000, "a sender may send; a Twilio long code: 1"
    )
    segments_burst: int = item(1000, "segments", _DEC, "dec", 10, 100_000, "at once after a pause")
    segments_reserved_percent: int = item(
        25, "percent", _DEC, "dec", 0, 90, "of a burst is kept for answers and warnings"
    )
    campaign_slice: int = item(
        1000, "texts", _DEC, "dec", 20, 100_000, "offers and campaign texts under way at the same time"
    )

    # When a text or a channel fails
    absent_retry_minutes: int = item(
        30, "minutes", "provider rules", "rec", 30, 720, "until the one further try at a phone switched off"
    )
    channel_pause_minutes: int = item(
        10, "minutes", _DEC, "dec", 1, 240, "a channel that takes nothing rests before it is tried again"
    )
    balance_probe_minutes: int = item(
        30, "minutes", _DEC, "dec", 1, 1440, "an account without money is tried again after"
    )
    answered_days: int = item(
        400, "days", _DEC, "dec", 0, 3650, "a number that answered is tried first for so long"
    )

    # Calls where no text reaches
    call_reminder_days: int = item(
        30, "days", _DEC, "dec", 0, 365, "before the due date: who gets no texts is rung about it"
    )
    call_again_minutes: int = item(120, "minutes", _DEC, "dec", 10, 2880, "between two calls in vain")
    calls_in_vain: int = item(3, "calls", _DEC, "dec", 1, 20, "in vain, then somebody goes or decides")
