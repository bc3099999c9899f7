# SPDX-License-Identifier: Apache-2.0
"""What has to be settled before the C library is loaded: a second LibTorch is kept out of the process,
and OpenMP's threads sleep while they wait."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module, metadata
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Dict, Iterator, Optional, Sequence

from .errors import LibraryUnavailableError

# The libraries of LibTorch that hold process-wide tables; a second copy crashes the process.
_TORCH_LIBRARY = re.compile(r"/lib(?:torch_cpu|c10)\.so[^/]*$")


_PACKAGE = Path(__file__).resolve().parent

_WAIT_POLICY = "OMP_WAIT_POLICY"
_SPIN_COUNT = "GOMP_SPINCOUNT"


@contextmanager
def passive_waiting() -> Iterator[None]:
    """Lets GNU OpenMP, if it is loaded within, make waiting threads sleep, unless the environment
    chooses otherwise: threads that spin make two threads many times slower than one beside other
    work or under a processor quota. OpenMP reads the environment only when it is loaded."""
    if _WAIT_POLICY in os.environ or _SPIN_COUNT in os.environ:
        yield
        return
    os.environ[_WAIT_POLICY] = "PASSIVE"
    try:
        yield
    finally:
        os.environ.pop(_WAIT_POLICY, None)


def listed_libraries(program: str, **environment: str) -> Dict[str, str]:
    """Names and files of the libraries that the dynamic loader would load for a program or library
    in a new process."""
    listing = subprocess.run(
        ["ldd", program], env={**os.environ, **environment}, capture_output=True, text=True,
        check=False, timeout=60).stdout
    return dict(re.findall(r"^\s*(\S+) => (/\S+)", listing, re.MULTILINE))


def is_of_wheel(path: str) -> bool:
    """Whether a library lies in the folder of this package, as the wheel's does."""
    return Path(path).resolve().parent == _PACKAGE


def _takes_loaded_libtorch(path: str) -> bool:
    """Whether a library is the wheel's and torch is not installed beside this package, where that
    library searches for LibTorch. It then takes the LibTorch that the process has loaded."""
    return is_of_wheel(path) and not (
        _PACKAGE.parent / "torch" / "lib" / "libtorch_cpu.so").exists()


def import_distant_torch(path: str) -> None:
    """Imports torch for a library that takes the LibTorch that is loaded."""
    if _takes_loaded_libtorch(path) and find_spec("torch") is not None:
        import_module("torch")


def remedy(path: str) -> str:
    """What helps if a library does not load."""
    try:
        required = metadata.requires("demask") or []
    except metadata.PackageNotFoundError:
        required = []
    torch = [name for name in required if name.startswith("torch")]
    if is_of_wheel(path) and torch:
        return f"install the torch that it was built for: pip install '{torch[0]}'"
    return "install what it needs, or point DEMASK_LIBRARY to a library built for this machine"


def refuse_second_libtorch(path: str) -> None:
    """Raises LibraryUnavailableError if this process holds a LibTorch that `path` is not linked
    with: two of them in one process would crash it, because their static tables collide."""
    loaded = _loaded_torch_libraries()
    if not loaded or _takes_loaded_libtorch(path):
        return
    needed = {
        os.path.realpath(file) for file in listed_libraries(path).values()
        if _TORCH_LIBRARY.search(file)
    }
    strangers = sorted(loaded - needed)
    if strangers:
        raise LibraryUnavailableError(
            f"{path}: is linked with {', '.join(sorted(needed)) or 'an unknown LibTorch'}, but "
            f"this process has already loaded {', '.join(strangers)}, as `import torch` does; two "
            "LibTorchs in one process would crash it. Use a Python whose torch is the one that "
            "demask was built with, build demask against this torch, or run demask in a separate "
            "process")


class _TorchGuard:
    """An import hook that checks a torch imported after demask was loaded. It finds no modules."""

    def __init__(self, path: str) -> None:
        self._path = path

    def find_spec(self, name: str, path: Optional[Sequence[str]] = None,
                  target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:
        spec = PathFinder.find_spec(name, path, target) if name == "torch" else None
        if spec is not None and spec.origin is not None:
            own = os.path.join(os.path.dirname(spec.origin), "lib", "libtorch_cpu.so")
            if os.path.exists(own) and os.path.realpath(own) not in _loaded_torch_libraries():
                raise LibraryUnavailableError(
                    f"torch: cannot be imported from {spec.origin}, because {self._path}, which is "
                    f"linked with another LibTorch than {own}, is in use; two LibTorchs in one "
                    "process would crash it. Use the torch that demask was built with, build "
                    "demask against this torch, or run one of them in a separate process")
        return None


def refuse_later_torch(path: str) -> None:
    """Makes `import torch` raise LibraryUnavailableError if it would load a second LibTorch."""
    if "torch" not in sys.modules:
        sys.meta_path.insert(0, _TorchGuard(path))


def _loaded_torch_libraries() -> set[str]:
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        files = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
    return {os.path.realpath(file) for file in files if _TORCH_LIBRARY.search(file)}
