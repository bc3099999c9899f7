# SPDX-License-Identifier: Apache-2.0
"""Ownership of the library's objects."""

from __future__ import annotations

import ctypes
from types import TracebackType
from typing import Any, Optional, Type, TypeVar

from ._library import library

_Self = TypeVar("_Self", bound="Closable")


class Handle:
    """A handle of the library, freed with the last reference to this object. Every call holds a
    reference, so no handle is freed while another thread is still in a call."""

    def __init__(self, free: str, make: str, *arguments: Any) -> None:
        """Calls the function `make` with the arguments and a pointer that receives the handle."""
        self._library = library()
        self._free = free
        self.pointer = ctypes.c_void_p()
        self._library.call(make, *arguments, ctypes.byref(self.pointer))

    def __del__(self) -> None:
        # There is no pointer if creation failed.
        if getattr(self, "pointer", None):
            self._library.free(self._free, self.pointer)


class Closable:
    """An object that owns a handle. It is released by close(), at the end of a `with` block, or
    with the last reference to it."""

    _handle: Optional[Handle]

    def close(self) -> None:
        """Releases the handle. Calls in progress finish normally; later calls raise ValueError."""
        self._handle = None

    def _open_handle(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ValueError(f"{type(self).__name__}: is closed; make another one")
        return handle

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.close()
