# SPDX-License-Identifier: Apache-2.0
"""Writes the folder of an export from whole files."""

import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, List, Set

from exporter.bundle import MANIFEST, read_json
from exporter.problem import ExportProblem


def sync_folder(path: Path) -> None:
    """Makes new names in a folder survive a crash of the machine."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ExportFolder:
    """A folder under a temporary name beside its final one, which commit() gives it.

    As a context manager it removes what was not committed.
    """

    def __init__(self, path: Path):
        """path: a new or empty folder, or an earlier export, which is replaced."""
        self.path = path
        self.replaced: List[str] = []  # Files of the earlier export.
        self._check_replaceable()
        self.final = path.resolve()
        self.part = self.final.with_name(f".{self.final.name}.{os.getpid()}.part")
        self.files: List[str] = []

    def __enter__(self) -> "ExportFolder":
        try:
            self.part.mkdir()
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(self, *failure: object) -> None:
        shutil.rmtree(self.part, ignore_errors=True)

    def add(self, name: str, content: bytes) -> None:
        """Writes a file."""
        try:
            with (self.part / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error
        self.files.append(name)

    def commit(self, manifest: Dict[str, Any]) -> None:
        """Writes the manifest, and gives the folder its final name.

        In a folder that exists, the files are replaced one by one, the manifest last.
        """
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        self.add(MANIFEST, text.encode("utf-8"))
        try:
            sync_folder(self.part)
            if self.final.is_dir():
                for name in self.files:
                    os.replace(self.part / name, self.final / name)
                for name in set(self.replaced) - set(self.files):
                    (self.final / name).unlink()
                sync_folder(self.final)
            else:
                os.rename(self.part, self.final)
                sync_folder(self.final.parent)
        except OSError as error:
            raise self._unwritable(error) from error

    def _check_replaceable(self) -> None:
        if not self.path.exists() and not self.path.is_symlink():
            return
        if not self.path.is_dir():
            raise ExportProblem(f"{self.path}: it is not a folder; name another one")
        try:
            names = sorted(os.listdir(self.path))
        except OSError as error:
            raise self._unwritable(error) from error
        if not names:
            return
        known = self._files_of_export() if MANIFEST in names else set()
        foreign = [name for name in names if name not in known]
        if foreign:
            raise ExportProblem(f"{self.path}: it holds files that are not of an export, such as "
                                f"{foreign[0]}; name a new folder")
        self.replaced = names

    def _files_of_export(self) -> Set[str]:
        """The files that the manifest in the folder lists; empty if it is not of an export."""
        try:
            manifest = read_json(self.path / MANIFEST)
            if manifest.get("format") != "onnx":
                return set()
            tables = [manifest, *manifest.get("variants", {}).values()]
            return {MANIFEST, *(entry["file"] for table in tables
                                for entry in table["models"].values())}
        except (ExportProblem, AttributeError, KeyError, TypeError):
            return set()

    def _unwritable(self, error: OSError) -> ExportProblem:
        return ExportProblem(f"{self.path}: {error.strerror}; choose a writable folder")
