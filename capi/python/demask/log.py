# SPDX-License-Identifier: Apache-2.0
"""Log messages of the library."""

from __future__ import annotations

import atexit
from typing import Any, Callable, Optional

from ._library import library, text
from ._structs import LogCallback
from .enums import LogLevel

_active: Any = None


def set_log_callback(callback: Optional[Callable[[LogLevel, str], None]]) -> None:
    """Sets the receiver of the log messages of this process; None, the initial state, for none.

    Messages arrive one at a time, on the threads that caused them. Calls of demask by the callback
    are not logged. An exception in the callback is printed and ignored.
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
