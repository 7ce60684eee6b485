"""One line an event: JSON in files, words on a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# They tell of each small thing that goes well.
CHATTERS = ("procrastinate", "asyncio", "urllib3")


def configure(process: str, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends all records to the stream, each with timestamp, process and event.

    The stream is standard error where not given: `hotpot up` keeps that in DATA/logs/NAME.log.
    """
    stream = stream or sys.stderr
    shared = _shared(process)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_last(terminal=stream.isatty())
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatter in CHATTERS:
        logging.getLogger(chatter).setLevel(logging.WARNING)
    logging.captureWarnings(True)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the library's name)
        """A full disk costs the line, not a traceback for each."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def _shared(process: str) -> list[Processor]:
    def name_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
    ]


def _last(*, terminal: bool) -> list[Processor]:
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if terminal:  # The library's own tracebacks show variables too: texts of messages, passwords.
        return [
            drop,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    return [drop, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
