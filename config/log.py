"""Structured logs: events are `noun.verb` with ids, never names, numbers or texts of people."""

from __future__ import annotations

import logging
import sys

import structlog

from config.settings import Settings

# These print arguments or addresses (phone numbers in queries, message payloads) at INFO or DEBUG.
CHATTY = (
    "aiosqlite",
    "alembic",
    "twilio",
    "aiohttp.access",
    "dramatiq",
    "apscheduler",
    "pika",
    "sqlalchemy.engine",
)


def configure_logging(settings: Settings) -> None:
    """Send structlog and the standard library's loggers to standard error in one format."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
