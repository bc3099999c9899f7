# SPDX-License-Identifier: Apache-2.0
"""Finds the C library, loads it once, and turns its error codes into exceptions."""

from __future__ import annotations

import ctypes
import os
import sys
import sysconfig
import threading
from pathlib import Path
from typing import Any, Callable, List, Optional, Union

from ._functions import FREE_FUNCTIONS, PLAIN_FUNCTIONS, declare
from ._loader import (import_distant_torch, listed_libraries, passive_waiting,
                      refuse_later_torch, refuse_second_libtorch, remedy)
from .enums import Status
from .errors import LibraryUnavailableError, error_for

ABI_VERSION = 0
LIBRARY_NAME = f"libdemask_c.so.{ABI_VERSION}"
LIBRARY_VARIABLE = "DEMASK_LIBRARY"


class Library:
    """The loaded C library."""

    def __init__(self, path: str) -> None:
        try:
            with passive_waiting():
                import_distant_torch(path)
                refuse_second_libtorch(path)
                self.functions = ctypes.CDLL(path)
        except OSError as error:
            raise LibraryUnavailableError(
                f"{path}: does not load ({error}); {remedy(path)}") from error
        try:
            declare(self.functions)
        except AttributeError as error:
            raise LibraryUnavailableError(
                f"{path}: lacks a function of this package ({error}); install the library and the "
                "package in one version") from error
        refuse_later_torch(path)
        self.path = path
        abi_version = int(self.functions.demask_abi_version())
        if abi_version != ABI_VERSION:
            raise LibraryUnavailableError(
                f"{path}: has ABI version {abi_version}, this package needs {ABI_VERSION}; install "
                "the library and the package in one version")

    def call(self, name: str, *arguments: Any) -> None:
        """Calls a function that returns a status. Raises the matching DemaskError unless the status
        is DEMASK_OK."""
        status = getattr(self.functions, f"demask_{name}")(*arguments)
        if status != Status.OK:
            raise error_for(status, text(self.functions.demask_last_error()))

    def get(self, name: str, *arguments: Any) -> Any:
        """Calls a function that cannot fail."""
        assert name in PLAIN_FUNCTIONS
        return getattr(self.functions, f"demask_{name}")(*arguments)

    def free(self, name: str, pointer: ctypes.c_void_p) -> None:
        """Calls a function that frees a handle."""
        assert name in FREE_FUNCTIONS
        getattr(self.functions, f"demask_{name}")(pointer)


def text(value: Optional[bytes]) -> str:
    """Decodes UTF-8 text of the library; bytes of file names that are not UTF-8 are kept."""
    return os.fsdecode(value or b"")


_library: Optional[Library] = None
_lock = threading.Lock()
_first_uses: List[Callable[[], None]] = []


def on_first_use(action: Callable[[], None]) -> None:
    """Registers what load_library() does after it has loaded the library."""
    _first_uses.append(action)


def load_library(path: Union[str, "os.PathLike[str]", None] = None) -> str:
    """Loads the C library and returns its path. Without this call, the first use of the library
    loads it.

    Places searched, in this order: `path`; the file that the environment variable DEMASK_LIBRARY
    names (if it is set, no other place is tried); the folder of this package; the lib folders of
    the prefixes of this package and of the interpreter; the places of the dynamic loader
    (LD_LIBRARY_PATH, the system's folders).

    Raises LibraryUnavailableError, which names the places, if there is no library, if another one
    was loaded before, or if the process holds a LibTorch that the library is not linked with.
    """
    global _library
    wanted = None if path is None else os.fspath(path)
    is_first = False
    with _lock:
        if _library is None:
            _library = Library(find_library(wanted))
            is_first = True
        elif wanted is not None and os.path.realpath(wanted) != os.path.realpath(_library.path):
            raise LibraryUnavailableError(
                f"{wanted}: cannot be loaded, because {_library.path} is in use; call "
                "load_library() before anything else")
    if is_first:
        for action in _first_uses:
            action()
    return _library.path


def library() -> Library:
    """The C library, loaded on first use."""
    load_library()
    assert _library is not None
    return _library


def find_library(path: Optional[str] = None) -> str:
    """Returns the path of the library to load; load_library() describes the search."""
    if path is None:
        path = os.environ.get(LIBRARY_VARIABLE) or None
    if path is not None:
        if not os.path.isfile(path):
            raise LibraryUnavailableError(
                f"{path}: there is no such file; pass the path of {LIBRARY_NAME}, or unset "
                f"{LIBRARY_VARIABLE}")
        return path
    places = _places()
    for place in places:
        if (place / LIBRARY_NAME).is_file():
            return str(place / LIBRARY_NAME)
    located = listed_libraries(sys.executable, LD_PRELOAD=LIBRARY_NAME).get(LIBRARY_NAME)
    if located is None:
        raise LibraryUnavailableError(
            f"{LIBRARY_NAME}: not found in {', '.join(map(str, places))}, nor by the dynamic "
            f"loader; install demask, or name the file in {LIBRARY_VARIABLE}")
    return located


def _places() -> List[Path]:
    package = Path(__file__).resolve().parent
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    places = [package]
    # Prefixes of layouts such as PREFIX/lib/python3.x/site-packages/demask.
    for prefix in [*package.parents[2:5], Path(sys.prefix)]:
        for folder in ("lib", f"lib/{multiarch}", "lib64"):
            if prefix / folder not in places:
                places.append(prefix / folder)
    return places
