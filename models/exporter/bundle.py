# SPDX-License-Identifier: Apache-2.0
"""Reads a demask bundle: its manifest and its checked model files."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

from exporter.problem import ExportProblem

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
# The stages, each with the kinds of model that the manifest's member `variant` distinguishes.
STAGES: Dict[str, List[str]] = {
    "face_detector": [], "segmenter": ["semantic", "instance"],
    "landmark_detector": ["points", "heatmap"], "gender_classifier": [],
    "inpainter_female": [], "inpainter_male": [], "inpainter_prior": ["prior"],
    "shape_model": []}
# Stages that are left out, and why.
NOT_EXPORTED: Dict[str, str] = {
    "inpainter_prior": "it runs in LibTorch only",
    "shape_model": "it is no network, but two tables of numbers"}


class Entry(NamedTuple):
    """A network of a bundle."""

    stage: str
    pair: str  # Name of the additional pair of inpainters that it belongs to; "" if none.
    described: Dict[str, Any]  # The manifest's entry.

    def name(self) -> str:
        """The network's name in messages and, with a suffix, the name of its file."""
        return f"{self.stage}.{self.pair}" if self.pair else self.stage


def read_json(path: Path) -> Dict[str, Any]:
    """Reads a file that holds a JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExportProblem(f"{path}: it cannot be read ({error.strerror}); name the folder of a "
                            "bundle") from error
    except (ValueError, RecursionError) as error:
        raise ExportProblem(f"{path}: it is not JSON ({error}); fetch the bundle again") from error
    if not isinstance(content, dict):
        raise ExportProblem(f"{path}: it is not a JSON object; fetch the bundle again")
    return content


def read_manifest(folder: Path) -> Dict[str, Any]:
    """Reads the manifest of a bundle. Entries are checked by entries_of()."""
    path = folder / MANIFEST
    manifest = read_json(path)
    if manifest.get("format") == "onnx":
        raise ExportProblem(f"{path}: it belongs to an ONNX export; name the bundle that the "
                            "export was made from")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise ExportProblem(f"{path}: it is not a manifest of schema_version {SCHEMA_VERSION}; "
                            "name another bundle")
    for member in ("name", "version", "license"):
        if not isinstance(manifest.get(member), str):
            raise ExportProblem(f"{path}: its {member} is not a text; correct it")
    return manifest


def is_whole(value: Any, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def check_entry(entry: Entry, path: Path) -> None:
    """Checks the members of an entry that an export depends on."""
    described = entry.described
    kinds = STAGES.get(entry.stage)
    wrong = ""
    if kinds is None:
        wrong = f"it is not a stage; use {', '.join(STAGES)}"
    elif not isinstance(described, dict):
        wrong = "it is not a JSON object; correct it"
    elif not re.fullmatch(r"(?!\.{1,2}$)[^/\\\0]+", str(described.get("file", ""))):
        wrong = "its file is not a file name without folders; correct it"
    elif not re.fullmatch(r"[0-9a-f]{64}", str(described.get("sha256", ""))):
        wrong = "its sha256 is not 64 lower-case hexadecimal digits; correct it"
    elif not is_whole(described.get("size_bytes"), 1, 2**63 - 1):
        wrong = "its size_bytes is not a positive integer; correct it"
    elif not is_whole(described.get("input_size"), 16, 8192):
        wrong = "its input_size is not an integer from 16 to 8192; correct it"
    elif kinds and described.get("variant") not in kinds:
        wrong = f"its variant is not one of {', '.join(kinds)}; correct it"
    elif entry.stage == "landmark_detector" and described.get("landmark_scheme") not in (68, 98):
        wrong = "its landmark_scheme is not 68 or 98; correct it"
    if wrong:
        raise ExportProblem(f"{path}: {entry.name()}: {wrong}")


def entries_of(manifest: Dict[str, Any], path: Path) -> List[Entry]:
    """The networks that a manifest lists, training artifacts left out; path: of the manifest."""
    variants = manifest.get("variants", {})
    if not isinstance(variants, dict):
        raise ExportProblem(f"{path}: its variants are not a JSON object; correct them")
    entries = []
    for pair, holder in {"": manifest, **variants}.items():
        if pair and not re.fullmatch(r"[0-9A-Za-z._-]{1,64}", pair):
            raise ExportProblem(f"{path}: the variant '{pair}' is not a name; use 1 to 64 letters, "
                                "digits, '.', '_' and '-'")
        models = holder.get("models") if isinstance(holder, dict) else None
        if not isinstance(models, dict):
            at = f"variants.{pair}.models" if pair else "models"
            raise ExportProblem(f"{path}: {at} is not a JSON object; correct it")
        entries += [Entry(stage, pair, described) for stage, described in models.items()]
    for entry in entries:
        check_entry(entry, path)
    if not entries:
        raise ExportProblem(f"{path}: it lists no models; name another bundle")
    return entries


def read_model(folder: Path, entry: Entry) -> bytes:
    """The file of a network, after a comparison of its size and hash with the manifest."""
    path = folder / entry.described["file"]
    try:
        if folder.resolve() not in path.resolve().parents:
            raise ExportProblem(f"{path}: it lies outside the bundle; put the file into it")
        # The size is compared first, so that a huge file is not read.
        same = path.stat().st_size == entry.described["size_bytes"]
        content = path.read_bytes() if same else b""
    except OSError as error:
        raise ExportProblem(f"{path}: it cannot be read ({error.strerror}); fetch the bundle "
                            "again") from error
    if not same:
        raise ExportProblem(f"{path}: its size is not the manifest's "
                            f"{entry.described['size_bytes']} bytes; fetch the bundle again")
    if hashlib.sha256(content).hexdigest() != entry.described["sha256"]:
        raise ExportProblem(f"{path}: its SHA-256 is not the manifest's; fetch the bundle again")
    return content
