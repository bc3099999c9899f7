"""Ownership of what the library makes."""

from __future__ import annotations

import ctypes
from types import TracebackType
from typing import Any, Optional, Type, TypeVar

from ._library import library

_Self = TypeVar("_Self", bound="Closable")


class Handle:
    """A handle of the library, freed with the last reference to this object. A call holds one, so
    that no handle ends under a call that another thread still runs."""

    def __init__(self, free: str, make: str, *arguments: Any) -> None:
        """Calls the function `make` with the arguments and a place for the handle."""
        self._library = library()
        self._free = free
        self.pointer = ctypes.c_void_p()
        self._library.call(make, *arguments, ctypes.byref(self.pointer))

    def __del__(self) -> None:
        # Without a pointer, making it has failed.
        if getattr(self, "pointer", None):
            self._library.free(self._free, self.pointer)


class Closable:
    """An object over a handle: ends with close(), at the end of a `with` block, or when nobody
    refers to it any more."""

    _handle: Optional[Handle]

    def close(self) -> None:
        """Gives the handle up; calls that still run end well, later ones raise ValueError."""
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
