# SPDX-License-Identifier: Apache-2.0
"""Puts a network into a bundle: its TorchScript file and its entry in the manifest."""

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import torch
from torch import Tensor, nn

from importer.problem import ImportProblem

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"


class Place(NamedTuple):
    """The position of an entry in a manifest."""

    table: str  # "models" or "training_artefacts".
    name: str  # Stage, or name of the artifact.
    variant: str  # Set of inpainters; "" is the default set.

    def file_name(self) -> str:
        return f"{self.name}.{self.variant}.pt" if self.variant else f"{self.name}.pt"


def flat(value: Any) -> List[Tensor]:
    """The tensors of nested tuples and lists."""
    return [value] if isinstance(value, Tensor) else [t for part in value for t in flat(part)]


def write_script(network: nn.Module, file: Path, example: List[Tensor]) -> None:
    """Writes a network as TorchScript and checks that the file loads, equals the network and runs.

    @raises ImportProblem if an output is not finite; the file is then not written.
    """
    scripted = torch.jit.script(network.eval())
    part = file.with_name(file.name + ".part")
    try:
        scripted.save(str(part))
        loaded = torch.jit.load(str(part))
        state = loaded.state_dict()
        if any(not torch.equal(state[name], value) for name, value in network.state_dict().items()):
            raise AssertionError(f"{file}: the weights changed on their way")
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outputs = flat(loaded(*example))
        if not all(bool(torch.isfinite(output).all()) for output in outputs):
            raise ImportProblem(f"{file}: with these weights the network's output is not finite; "
                                "check that the checkpoint is whole")
        os.replace(part, file)
    except OSError as error:
        raise ImportProblem(f"{file}: {error.strerror}; choose a writable folder") from error
    finally:
        part.unlink(missing_ok=True)


def open_manifest(folder: Path, name: str, version: str, terms: str) -> Dict[str, Any]:
    """Reads the manifest of a bundle, or makes one for a new bundle."""
    path = folder / MANIFEST
    if not path.exists():
        return {"schema_version": SCHEMA_VERSION, "name": name, "version": version,
                "license": terms, "models": {}}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImportProblem(f"{path}: it cannot be read ({error}); correct it") from error
    if not isinstance(manifest, dict) or manifest.get("schema_version") != SCHEMA_VERSION:
        raise ImportProblem(f"{path}: it is not a manifest of schema_version {SCHEMA_VERSION}; "
                            "name another folder")
    return manifest


def add(folder: Path, manifest: Dict[str, Any], place: Place, entry: Dict[str, Any]) -> None:
    """Adds or replaces the entry of a file in the folder, and writes the manifest."""
    content = (folder / place.file_name()).read_bytes()
    described = {"file": place.file_name(), "sha256": hashlib.sha256(content).hexdigest(),
                 "size_bytes": len(content), **entry}
    tables = manifest
    if place.variant:
        tables = manifest.setdefault("variants", {}).setdefault(place.variant, {"models": {}})
    tables.setdefault(place.table, {})[place.name] = described
    part = folder / (MANIFEST + ".part")
    part.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(part, folder / MANIFEST)
