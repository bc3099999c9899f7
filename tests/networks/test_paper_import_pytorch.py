# SPDX-License-Identifier: Apache-2.0
"""demask-import of PyTorch checkpoints: round trips on published names, and refusals."""

import contextlib
import io
import os
import pickle
import subprocess
import sys
import unittest
from collections import OrderedDict
from pathlib import Path
from typing import Dict

import numpy as np
import torch
from torch import Tensor

import published
from import_support import ImportTest, random_arrays
from support import MODELS

from importer import command_line, networks, published_names
from importer.name_map import fill
from importer.problem import ImportProblem


def as_tensors(arrays: Dict[str, np.ndarray]) -> Dict[str, Tensor]:
    return OrderedDict((name, torch.tensor(7) if name.endswith("num_batches_tracked")
                        else torch.from_numpy(np.asarray(value)))
                       for name, value in arrays.items())


def share_aliases(tensors: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Gives a LaFIn layer's second name the tensor of its first."""
    for second, first in (("auto_attn.model.model.1.", "auto_attn.model.conv1."),
                          ("auto_attn.model.model.3.", "auto_attn.model.conv2."),
                          ("auto_attn.model.shortcut.0.", "auto_attn.model.bypass."),
                          ("features.0.", "conv1.0.")):
        for name in tensors:
            if name.startswith(second):
                tensors[name] = tensors[first + name[len(second):]]
    return tensors


class PyTorchImport(ImportTest):
    def test_adaptive_wing_round_trip(self):
        tensors = as_tensors(random_arrays(published.adaptive_wing(98, 2, 16)))
        file = self.save({"state_dict": {f"module.{k}": v for k, v in tensors.items()}, "epoch": 3})
        network = self.run_import("adaptive_wing", file, "--input-size", "64")
        state = network.state_dict()
        self.assertEqual(len(state), len(tensors))
        for name, value in state.items():
            self.assertTrue(torch.equal(value, tensors[published_names.adaptive_wing(name)]))
        entry = self.manifest()["models"]["landmark_detector"]
        self.check_entry(entry)
        self.assertEqual((entry["variant"], entry["landmark_scheme"], entry["input_size"],
                          entry["crop_scale"], entry["license"]),
                         ("heatmap", 98, 64, 1.34, "for tests"))
        self.assertEqual(network(torch.rand(1, 3, 64, 64)).shape, (1, 98, 16, 16))

    def test_old_plain_state_dict_without_counters(self):
        tensors = as_tensors(random_arrays(published.adaptive_wing(68, 1, 16)))
        old = {k: v for k, v in tensors.items() if not k.endswith("num_batches_tracked")}
        file = self.folder / "old.pth"
        torch.save(old, file, _use_new_zipfile_serialization=False)
        imported = networks.adaptive_wing(file, networks.Settings(256, 0.0, "relu"))
        self.assertEqual(imported.entry["landmark_scheme"], 68)
        for name, value in imported.network.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                self.assertTrue(torch.equal(value, old[published_names.adaptive_wing(name)]))

    def test_lafin_round_trip(self):
        tensors = share_aliases(as_tensors(random_arrays(published.lafin_generator(8, 3))))
        file = self.save({"iteration": 5, "generator": tensors})
        for gender in ("female", "male"):
            network = self.run_import("lafin_generator", file, "--gender", gender, "--variant",
                                      "ffhq", "--input-size", "64")
        for name, value in network.state_dict().items():
            self.assertTrue(torch.equal(value, tensors[published_names.lafin_generator(name)]))
        models = self.manifest()["variants"]["ffhq"]["models"]
        self.assertEqual(sorted(models), ["inpainter_female", "inpainter_male"])
        self.assertEqual(models["inpainter_male"]["file"], "inpainter_male.ffhq.pt")
        self.check_entry(models["inpainter_male"])

    def test_lafin_discriminator_round_trip(self):
        tensors = share_aliases(as_tensors(random_arrays(published.lafin_discriminator(8))))
        network = self.run_import("lafin_discriminator", self.save({"discriminator": tensors}),
                                  "--gender", "female", "--input-size", "64")
        for name, value in network.state_dict().items():
            self.assertTrue(torch.equal(value, tensors[published_names.lafin_discriminator(name)]))
        entry = self.manifest()["training_artefacts"]["discriminator_female"]
        self.check_entry(entry)
        self.assertEqual(sorted(entry), ["file", "sha256", "size_bytes"])

    def test_second_names_must_agree(self):
        tensors = as_tensors(random_arrays(published.lafin_generator(8, 1)))
        message = self.refused("lafin_generator", self.save({"generator": tensors}), "--gender",
                               "male")
        self.assertIn("name one tensor but differ", message)

    def test_every_mismatch_is_listed(self):
        tensors = as_tensors(random_arrays(published.adaptive_wing(68, 1, 16)))
        del tensors["m0.b1_3.conv2.weight"]
        tensors["m0.b9_3.conv2.weight"] = torch.zeros(4, 8, 3, 3)
        tensors["bn_end0.bias"] = torch.zeros(17)
        tensors["bn_end0.weight"][3] = float("nan")
        message = self.refused("adaptive_wing", self.save(tensors))
        for line in ("missing:\n    m0.b1_3.conv2.weight 4x8x3x3",
                     "not of this network:\n    m0.b9_3.conv2.weight 4x8x3x3",
                     "of another shape:\n    bn_end0.bias 17, not 16",
                     "not finite:\n    bn_end0.weight"):
            self.assertIn(line, message)

    def test_files_that_are_not_checkpoints_are_refused(self):
        whole = self.folder / "whole.pth"
        torch.save({"l0.weight": torch.zeros(69, 16, 1, 1)}, whole)
        content = whole.read_bytes()
        cases = {"cut.pth": content[:len(content) // 2], "empty.pth": b"", "text.pth": b"hello",
                 "list.pth": None, "foreign.pth": None, "script.pth": None}
        for name, part in cases.items():
            if part is not None:
                (self.folder / name).write_bytes(part)
        torch.save([1], self.folder / "list.pth")
        torch.jit.script(torch.nn.ReLU()).save(str(self.folder / "script.pth"))
        torch.save(Path("x"), self.folder / "foreign.pth")
        reasons = {"cut.pth": "cut short", "empty.pth": "empty",
                   "text.pth": "not a PyTorch checkpoint", "list.pth": "a list",
                   "foreign.pth": "more than tensors", "script.pth": "TorchScript",
                   "absent.pth": "no such file"}
        for name, reason in reasons.items():
            message = self.refused("adaptive_wing", str(self.folder / name))
            self.assertIn(reason, message)
            self.assertIn(name, message)
        self.assertIn("no l0.weight", self.refused("adaptive_wing", self.save({})))

    def test_no_code_of_a_pickle_is_run(self):
        class Trap:
            def __reduce__(self):
                return exec, ("open('sprung', 'w')",)

        for new in (True, False):
            file = self.folder / "trap.pth"
            torch.save({"state_dict": Trap()}, file, _use_new_zipfile_serialization=new)
            self.assertIn("more than tensors", self.refused("adaptive_wing", str(file)))
        (self.folder / "bare.pth").write_bytes(pickle.dumps(Trap()))
        self.refused("adaptive_wing", str(self.folder / "bare.pth"))
        self.assertFalse(Path("sprung").exists())


class Program(ImportTest):
    def test_exit_codes_and_messages(self):
        program = [sys.executable, "-P", "-m", "importer"]
        common = ["--bundle", str(self.folder / "bundle"), "--license", "for tests"]
        paths = os.pathsep.join([str(MODELS), str(MODELS / "architectures")])
        failed = subprocess.run([*program, "adaptive_wing", "absent.pth", *common],
                                env={**os.environ, "PYTHONPATH": paths}, capture_output=True,
                                text=True, check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertEqual(failed.stderr, "demask-import: absent.pth: there is no such file; check "
                                        "the path\n")
        for wrong in (["lafin_generator"], ["mask_rcnn", "--gender", "male"],
                      ["adaptive_wing", "--input-size", "100"],
                      ["adaptive_wing", "--variant", "ffhq"]):
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
                command_line.parse([wrong[0], "x.pth", *wrong[1:], *common])


class Fill(ImportTest):
    def test_a_failed_fill_changes_nothing(self):
        layer = torch.nn.Linear(2, 3)
        before = layer.weight.detach().clone()
        with self.assertRaises(ImportProblem):
            fill(layer, {"weight": torch.ones(3, 2)}, lambda name: name, Path("x.pth"))
        self.assertTrue(torch.equal(layer.weight, before))


if __name__ == "__main__":
    unittest.main()
