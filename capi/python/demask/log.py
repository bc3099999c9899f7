"""Log messages of the library."""

from __future__ import annotations

import atexit
from typing import Any, Callable, Optional

from ._library import library, text
from ._structs import LogCallback
from .enums import LogLevel

_active: Any = None


def set_log_callback(callback: Optional[Callable[[LogLevel, str], None]]) -> None:
    """Sets who gets the log messages of this process; None (as at the start) for nobody.

    Messages come one at a time, from the threads that caused them. What a callback itself does with
    demask is not logged. What it raises is printed and goes no further.
    """
    global _active
    native = LogCallback(0)
    if callback is not None:
        receiver = callback
        native = LogCallback(lambda _, level, message: receiver(LogLevel(level), text(message)))
    library().call("set_log_callback", native, None)
    # The callback of before is not running and never called again: it may go.
    if _active is None and callback is not None:
        # The library may outlive the interpreter.
        atexit.register(set_log_callback, None)
    _active = native if callback is not None else None
