"""Structured logs. Fields are ids, kinds and counts; texts, names and tokens have no field to go into."""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "platform",
        "kind",
        "outcome",
        "what",
        "name",
        "person",
        "workspace",
        "seq",
        "state",
        "error",
        "attempts",
        "count",
        "seconds",
        "address",
        "version",
        "url",
        "port",
        "path",
        "reason",
        "status",
        "intent",
        "key",
        "week",
        "project",
        "tables",
        "key_id",
        "code",
    ]
)
"""Every field a log line may have; another one is replaced by its name alone, so that nothing slips through."""


def configure(level: str, *, as_json: bool) -> None:
    """Set up structlog and send the standard library's warnings of other packages through it."""
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        keep_allowed,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: _Lines(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Foreign()], force=True)


def keep_allowed(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not in `ALLOWED`, saying which; cut values to one short line."""
    dropped = sorted(fields.keys() - ALLOWED)
    kept = {name: _short(value) for name, value in fields.items() if name in ALLOWED}
    if dropped:
        kept["what"] = f"dropped fields: {', '.join(dropped)}"
    return kept


def where(error: BaseException) -> str:
    """File and line of the innermost frame: enough to find a defect, without any value."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}" if frame else ""


def _short(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join(character if character.isprintable() else " " for character in value[:300])


class _Lines(structlog.PrintLogger):
    """A line that cannot be written (a full disk, a closed terminal) is lost; whoever wrote it goes on."""

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    debug = info = warning = error = critical = msg


class _Foreign(logging.Handler):
    """Other packages' warnings: where they come from, never their text (a kit may log a whole request)."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger(record.name).warning(
            "package_warning",
            logger=record.name,
            level=record.levelname.lower(),
            path=f"{record.module}:{record.lineno}",
            error=record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None,
        )
