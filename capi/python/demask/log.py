# SPDX-License-Identifier: Apache-2.0
"""Log messages of the library: they go to the logger "demask" of Python's logging module."""

from __future__ import annotations

import atexit
import logging
from typing import Any, Callable, Dict, Optional

from ._library import on_first_use, library, text
from ._structs import LogCallback
from .enums import LogLevel

logger = logging.getLogger("demask")
logger.addHandler(logging.NullHandler())

_LEVELS: Dict[LogLevel, int] = {
    LogLevel.INFO: logging.INFO,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.ERROR: logging.ERROR,
}

_active: Any = None


def log_to_logger(level: LogLevel, message: str) -> None:
    """Passes a message on to `logging.getLogger("demask")`; the receiver of every process at first."""
    logger.log(_LEVELS[level], "%s", message)


def set_log_callback(callback: Optional[Callable[[LogLevel, str], None]]) -> None:
    """Sets the receiver of the log messages of this process: at first log_to_logger(); None for
    no receiver.

    Messages arrive one at a time, on the threads that caused them. Calls of demask by the callback
    are not logged. An exception in the callback is printed and ignored.

    >>> messages = []
    >>> demask.set_log_callback(lambda level, message: messages.append((level.name, message)))
    >>> demask.Bundle().close()
    >>> messages[0][0], messages[0][1].startswith("bundle ")
    ('INFO', True)
    >>> demask.set_log_callback(demask.log_to_logger)
    """
    global _active
    native = LogCallback(0)
    if callback is not None:
        receiver = callback
        native = LogCallback(lambda _, level, message: receiver(LogLevel(level), text(message)))
    library().call("set_log_callback", native, None)
    # The previous callback is not running and is never called again, so it can be released.
    if _active is None and callback is not None:
        # The library may outlive the interpreter.
        atexit.register(set_log_callback, None)
    _active = native if callback is not None else None


on_first_use(lambda: set_log_callback(log_to_logger))
