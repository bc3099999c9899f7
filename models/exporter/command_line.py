# SPDX-License-Identifier: Apache-2.0
"""Writes every network of a bundle as ONNX, with a manifest that describes them.

    demask-export --onnx OUT [BUNDLE] [--without NETWORK]...

OUT receives NETWORK.onnx for each network, NETWORK.VARIANT.onnx for the inpainters of a variant,
and manifest.json. Nothing is written unless every network can be exported. Networks are programs:
export only bundles from sources that you trust.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import Any, Dict, List

from exporter import bundle
from exporter.folder import ExportFolder
from exporter.network import OPSET, Exported, export
from exporter.problem import ExportProblem

SCHEMA_VERSION = 1  # Of the manifest of an export.
SOURCE_MEMBERS = ("file", "sha256", "size_bytes")


def default_bundle() -> Path:
    """The bundle that the programs use if none is named."""
    named = os.environ.get("DEMASK_MODELS")
    return Path(named) if named else Path(__file__).resolve().parents[1] / "default"


def parse(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demask-export", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, nargs="?", metavar="BUNDLE",
                        help="folder of the bundle (default: $DEMASK_MODELS, else the default "
                        "models)")
    parser.add_argument("--onnx", type=Path, required=True, metavar="OUT",
                        help="folder to write; an earlier export is replaced, any other folder "
                        "must be empty or missing")
    parser.add_argument("--without", action="append", default=[], metavar="NETWORK",
                        help="network to leave out, such as segmenter or inpainter_male.ffhq; may "
                        "be given several times")
    result = parser.parse_args(arguments)
    result.bundle = result.bundle or default_bundle()
    return result


def chosen(entries: List[bundle.Entry], without: List[str]) -> List[bundle.Entry]:
    """The entries whose names are not in `without`, but those that cannot be exported."""
    names = [entry.name() for entry in entries]
    for name in without:
        if name not in names:
            raise ExportProblem(f"--without {name}: the bundle has no such network; name one of "
                                f"{', '.join(names)}")
    left = [entry for entry in entries
            if entry.name() not in without and entry.stage not in bundle.NOT_EXPORTED]
    if not left:
        raise ExportProblem("--without: no network is left to export; leave out fewer")
    return left


def entry_of(entry: bundle.Entry, exported: Exported) -> Dict[str, Any]:
    """The entry of a network in the manifest of the export."""
    own = {"stage": entry.stage, "file": f"{entry.name()}.onnx",
           "sha256": hashlib.sha256(exported.content).hexdigest(),
           "size_bytes": len(exported.content),
           "source": {key: entry.described[key] for key in SOURCE_MEMBERS},
           "inputs": exported.inputs, "outputs": exported.outputs}
    return {**own, **{key: value for key, value in entry.described.items() if key not in own}}


def run(arguments: argparse.Namespace) -> List[str]:
    """Exports a bundle. Returns messages for the user."""
    source = bundle.read_manifest(arguments.bundle)
    listed = bundle.entries_of(source, arguments.bundle / bundle.MANIFEST)
    entries = chosen(listed, arguments.without)
    manifest: Dict[str, Any] = {
        "schema_version": SCHEMA_VERSION, "format": "onnx", "opset": OPSET,
        **{key: source[key] for key in ("name", "version", "license")}, "models": {}}
    messages = []
    with ExportFolder(arguments.onnx) as folder:
        for entry in entries:
            exported = export(entry, bundle.read_model(arguments.bundle, entry))
            described = entry_of(entry, exported)
            folder.add(described["file"], exported.content)
            table = manifest
            if entry.pair:
                variants = manifest.setdefault("variants", {})
                table = variants.setdefault(entry.pair, {"models": {}})
            table["models"][entry.stage] = described
            messages.append(f"{arguments.onnx / described['file']}: {len(exported.content)} bytes")
        folder.commit(manifest)
    messages += [f"{stage}: left out; {reason}" for stage, reason in bundle.NOT_EXPORTED.items()
                 if any(entry.stage == stage for entry in listed)]
    return messages


def main() -> int:
    arguments = parse()
    try:
        print("\n".join(run(arguments)))
    except ExportProblem as problem:
        print(f"demask-export: {problem}", file=sys.stderr)
        return 1
    return 0
