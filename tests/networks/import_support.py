# SPDX-License-Identifier: Apache-2.0
"""Helpers of the tests of demask-import."""

import hashlib
import json
from typing import Dict

import numpy as np
import torch

import published
from support import NetworkTest

from importer import command_line
from importer.problem import ImportProblem


def random_arrays(shapes: published.Shapes) -> Dict[str, np.ndarray]:
    """Plausible values for a trained network, different for each tensor."""
    generator = np.random.default_rng(11)
    arrays: Dict[str, np.ndarray] = {}
    for name, shape in shapes.items():
        values = generator.standard_normal(shape).astype(np.float32)
        spread = 1.0 / max(np.sqrt(np.prod(shape[:-1])), 1.0) if len(shape) > 1 else 0.1
        if name.endswith(("moving_variance", "running_var")):
            arrays[name] = np.abs(values) + 0.5
        elif name.endswith(("gamma", "weight_u", "weight_v")):
            arrays[name] = 1.0 + 0.1 * values
        else:
            arrays[name] = values * np.float32(spread)
    return arrays


class ImportTest(NetworkTest):
    def run_import(self, *arguments: str) -> torch.jit.ScriptModule:
        """Imports into self.folder/bundle and loads the written file."""
        parsed = command_line.parse([*arguments, "--bundle", str(self.folder / "bundle"),
                                      "--license", "for tests"])
        file = command_line.run(parsed).split(":")[0]
        return torch.jit.load(file)

    def manifest(self) -> dict:
        return json.loads((self.folder / "bundle" / "manifest.json").read_text())

    def refused(self, *arguments: str) -> str:
        """The message of an import that must fail and leave nothing behind."""
        with self.assertRaises(ImportProblem) as caught:
            self.run_import(*arguments)
        self.assertFalse((self.folder / "bundle" / "manifest.json").exists())
        self.assertEqual(list(self.folder.glob("bundle/*")), [])
        return str(caught.exception)

    def save(self, content: object, name: str = "checkpoint.pth") -> str:
        file = self.folder / name
        torch.save(content, file)
        return str(file)

    def check_entry(self, entry: dict) -> None:
        """Checks that the hash and size of an entry match its file."""
        content = (self.folder / "bundle" / entry["file"]).read_bytes()
        self.assertEqual(entry["sha256"], hashlib.sha256(content).hexdigest())
        self.assertEqual(entry["size_bytes"], len(content))
