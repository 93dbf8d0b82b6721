"""JSON logs, one object a line. Errors are logged by type and place, never by their text: the text
of a foreign error may quote a customer's message. Of a library's log record only those words are
kept that stand in the library's code."""

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

from shared.contracts.errors import RelaisError

QUIET = 10.0
"""Seconds for which a library may not repeat itself: it would, many times a second, while Kafka is away."""
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def describe(error: BaseException) -> dict[str, object]:
    """Type, place and (for our own errors, whose text is clean) message of an error."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno}" for frame in frames]
    described: dict[str, object] = {"error": type(error).__name__, "where": where}
    if isinstance(error, RelaisError):
        described["message"] = str(error)
    if error.__cause__ is not None:
        described["cause"] = type(error.__cause__).__name__
    return described


def _safe_errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event.update(describe(error))
    return event


def _library_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    known = record.msg in _constants(record)
    event["event"] = record.msg if known else "library_message"
    event["logger"] = record.name
    event["at"] = f"{record.pathname.rsplit('site-packages/', 1)[-1]}:{record.lineno}"
    errors = [value for value in event.pop("positional_args") or () if isinstance(value, BaseException)]
    if errors:
        event.update(describe(errors[0]))
    return event


def _constants(record: logging.LogRecord) -> tuple[object, ...]:
    """The constants of the function that logs this, which is still at work."""
    place = (record.pathname, record.lineno)
    frame: FrameType | None = sys._getframe()
    while frame is not None and (frame.f_code.co_filename, frame.f_lineno) != place:
        frame = frame.f_back
    return frame.f_code.co_consts if frame is not None else ()


def _no_flood() -> Callable[[logging.LogRecord], bool]:
    """A filter that lets libraries log from the same place only once in a while."""
    said: dict[tuple[str, str, int], float] = {}

    def may_be_said(record: logging.LogRecord) -> bool:
        place = (record.name, record.pathname, record.lineno)
        if _is_ours(record.name):
            return True
        now = time.monotonic()
        if now - said.get(place, -QUIET) < QUIET:
            return False
        said[place] = now
        return True

    return may_be_said


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] == "relais"


def configure(service: str, instance: str, level: str = "info") -> None:
    """Send our own and the libraries' logs to standard output as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _bound(service, instance),
        _safe_errors,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_library_words, *shared],
            pass_foreign_args=True,
            use_get_message=False,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(_no_flood())
    _take_over(handler)
    logging.getLogger("relais").setLevel(level.upper())


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger below `relais`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(f"relais.{name}")
    return logger


def _bound(service: str, instance: str) -> structlog.typing.Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        event["instance"] = instance
        return event

    return add


def _take_over(handler: logging.Handler) -> None:
    """Nothing but `handler` writes: no library's own handler, no interpreter's hook."""
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name, logger in root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and not _is_ours(name):
            logger.handlers, logger.propagate = [], True
    logging.captureWarnings(True)
    logging.raiseExceptions = False
    sys.excepthook = lambda _, error, __: _log_uncaught(error)
    sys.unraisablehook = lambda unraisable: _log_uncaught(unraisable.exc_value)
    threading.excepthook = lambda args: _log_uncaught(args.exc_value)


def _log_uncaught(error: BaseException | None) -> None:
    get("uncaught").critical("uncaught", exc_info=error)
