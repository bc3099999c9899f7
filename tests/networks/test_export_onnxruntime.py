# SPDX-License-Identifier: Apache-2.0
"""The default networks in ONNX Runtime: the same outputs as in LibTorch.

    test_export_onnxruntime.py PYTHON

PYTHON has ONNX Runtime, NumPy and Pillow.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Dict, List

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from support import MODELS, ROOT

from exporter import command_line

sys.path.append(str(ROOT / "tests" / "docs"))
from markdown_blocks import find_blocks  # pylint: disable=wrong-import-position

BUNDLE = MODELS / "default"
STAGES = ["face_detector", "segmenter", "landmark_detector", "gender_classifier",
          "inpainter_female", "inpainter_male"]
TOLERANCE = 1e-3
# A public-domain portrait, and the square around its face.
PORTRAIT = Path("/usr/lib/python3/dist-packages/skimage/data/astronaut.png")
FACE = (150, 40, 310, 200)
# The detector's inputs: batch, height and width.
PHOTOS = [(1, 320, 640), (3, 96, 160)]
BATCHES = (1, 3)


def pixels(image: Image.Image) -> Tensor:
    """[1,3,H,W], RGB in [0,1]."""
    return torch.from_numpy(np.asarray(image.convert("RGB")).copy()).permute(2, 0, 1)[None] / 255


def photos(batch: int, height: int, width: int) -> Tensor:
    """The portrait, at a different brightness in each item."""
    with Image.open(PORTRAIT) as portrait:
        photo = pixels(portrait.resize((width, height)))
    return photo * torch.linspace(1.0, 0.5, batch).reshape(batch, 1, 1, 1)


def faces(batch: int, size: int) -> Tensor:
    """The portrait's face, at a different brightness in each item."""
    with Image.open(PORTRAIT) as portrait:
        face = pixels(portrait.crop(FACE).resize((size, size)))
    return face * torch.linspace(1.0, 0.5, batch).reshape(batch, 1, 1, 1)


def photo_noise(batch: int, height: int, width: int) -> Tensor:
    return torch.rand(batch, 3, height, width)


def face_noise(batch: int, size: int) -> Tensor:
    return torch.rand(batch, 3, size, size)


def inpainter_inputs(face: Tensor) -> Dict[str, Tensor]:
    """The face with its lower half hidden, and a landmark map of a few lines."""
    size = face.size(2)
    mask = torch.zeros_like(face[:, :1])
    mask[:, :, size // 2:-size // 16, size // 4:-size // 4] = 1.0
    lines = torch.zeros_like(mask)
    lines[:, :, ::size // 8] = 1.0
    return {"face": face * (1.0 - mask), "mask": mask, "landmark_map": lines}


def cases_of(stage: str, size: int) -> Dict[str, Dict[str, Tensor]]:
    """Inputs by name of the case: photos and noise at two batch sizes."""
    if stage == "face_detector":
        return {f"{kind}{shape[0]}": {"image": make(*shape)} for shape in PHOTOS
                for kind, make in (("photos", photos), ("noise", photo_noise))}
    inputs = {f"{kind}{batch}": make(batch, size) for batch in BATCHES
              for kind, make in (("faces", faces), ("noise", face_noise))}
    return {case: inpainter_inputs(face) if stage.startswith("inpainter") else {"face": face}
            for case, face in inputs.items()}


def load(stage: str, keep: List[str]) -> torch.jit.ScriptModule:
    """A default network in 32 bits; keep: its methods to keep beside forward."""
    module = torch.jit.load(str(BUNDLE / f"{stage}.pt")).eval()
    for weights in (*module.parameters(), *module.buffers()):
        if weights.dtype in (torch.float16, torch.bfloat16):
            weights.data = weights.data.float()
    return torch.jit.freeze(module, preserved_attrs=keep)


class DefaultNetworks(unittest.TestCase):
    python = ""

    @classmethod
    def setUpClass(cls):
        torch.manual_seed(0)
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.out = cls.folder / "onnx"
        command_line.run(command_line.parse(["--onnx", str(cls.out), str(BUNDLE)]))
        cls.manifest = json.loads((cls.out / "manifest.json").read_text())
        cls.cases = {stage: cases_of(stage, cls.manifest["models"][stage]["input_size"])
                     for stage in STAGES}
        np.savez(cls.folder / "in.npz", **{
            f"{case}/{stage}/{name}": value.numpy() for stage, cases in cls.cases.items()
            for case, inputs in cases.items() for name, value in inputs.items()})
        cls.run_python(Path(__file__).with_name("run_onnx.py"), cls.out, cls.folder / "in.npz",
                       cls.folder / "out.npz")
        with np.load(cls.folder / "out.npz") as arrays:
            cls.results = {key: torch.from_numpy(arrays[key]) for key in arrays}

    @classmethod
    def run_python(cls, *command) -> str:
        result = subprocess.run([cls.python, *map(str, command)], cwd=cls.folder,
                                capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise AssertionError(result.stdout + result.stderr)
        return result.stdout

    def outputs(self, case: str, stage: str) -> List[Tensor]:
        """What ONNX Runtime returned, in the manifest's order."""
        return [self.results[f"{case}/{stage}/{output['name']}"]
                for output in self.manifest["models"][stage]["outputs"]]

    def assert_same(self, found: List[Tensor], wanted: List[Tensor]):
        self.assertEqual([value.shape for value in found], [value.shape for value in wanted])
        for one, other in zip(found, wanted):
            self.assertLessEqual(float((one - other).abs().max()), TOLERANCE)

    def test_outputs_are_those_of_torchscript(self):
        for stage in STAGES[1:]:
            network = load(stage, [])
            for case, inputs in self.cases[stage].items():
                with self.subTest(stage=stage, case=case), torch.no_grad():
                    wanted = network(*inputs.values())
                    self.assert_same(self.outputs(case, stage),
                                     [wanted] if isinstance(wanted, Tensor) else list(wanted))

    def test_cells_of_the_detector_are_those_of_torchscript(self):
        network = load("face_detector", ["dense"])
        for case, inputs in self.cases["face_detector"].items():
            with self.subTest(case=case), torch.no_grad():
                logits, boxes, points = network.dense(inputs["image"])
                self.assert_same(self.outputs(case, "face_detector"),
                                 [boxes, torch.sigmoid(logits), points.unflatten(2, (5, 2))])

    def test_candidates_of_the_detector_are_among_the_cells(self):
        network = load("face_detector", [])
        faces_found = 0
        for case, inputs in self.cases["face_detector"].items():
            with self.subTest(case=case), torch.no_grad():
                wanted = network(inputs["image"])
                found = self.outputs(case, "face_detector")
                for item, (boxes, scores, points) in enumerate(wanted):
                    order = torch.argsort(found[1][item], descending=True)
                    self.assert_same([found[1][item][order[:len(scores)]]], [scores])
                    if len(scores) > 0:
                        self.assert_same([found[0][item][order[0]], found[2][item][order[0]]],
                                         [boxes[0], points[0]])
                        faces_found += int(scores[0] > 0.5)
        self.assertGreater(faces_found, 0)

    def test_manifest(self):
        bundle = json.loads((BUNDLE / "manifest.json").read_text())
        networks = [stage for stage in bundle["models"]
                    if stage not in ("inpainter_prior", "shape_model")]  # Not exported.
        self.assertEqual(list(self.manifest["models"]), networks)
        self.assertEqual(self.manifest["license"], bundle["license"])
        for stage, entry in self.manifest["models"].items():
            with self.subTest(stage):
                source = bundle["models"][stage]
                content = (self.out / entry["file"]).read_bytes()
                self.assertEqual(entry["sha256"], hashlib.sha256(content).hexdigest())
                self.assertEqual(entry["size_bytes"], len(content))
                self.assertEqual(entry["source"], {key: source[key] for key in entry["source"]})
                self.assertEqual({key: entry[key] for key in source if key not in entry["source"]},
                                 {key: source[key] for key in source if key not in entry["source"]})
                self.assertEqual([t["name"] for t in entry["inputs"]],
                                 list(next(iter(self.cases[stage].values()))))

    def test_shapes_and_ranges_are_as_described(self):
        for stage, cases in self.cases.items():
            entry = self.manifest["models"][stage]
            for case, inputs in cases.items():
                tensors = [*zip(entry["inputs"], inputs.values()),
                           *zip(entry["outputs"], self.outputs(case, stage))]
                for described, value in tensors:
                    with self.subTest(stage=stage, case=case, tensor=described["name"]):
                        self.assertEqual(len(described["shape"]), value.dim())
                        for wanted, size in zip(described["shape"], value.shape):
                            self.assertIn(wanted, (size, "batch", "cells", "height", "width"))
                        if described["range"]:
                            low, high = described["range"]
                            self.assertGreaterEqual(float(value.min()), low)
                            self.assertLessEqual(float(value.max()), high)

    def test_program_of_the_guide(self):
        blocks = [block for block in find_blocks(ROOT / "docs" / "onnx.md")
                  if block.language == "python"]
        self.assertEqual(len(blocks), 1)
        with Image.open(PORTRAIT) as portrait:
            portrait.convert("RGB").save(self.folder / "photo.jpg", quality=95)
        (self.folder / "program.py").write_text(blocks[0].code)
        lines = self.run_python("program.py").splitlines()
        self.assertEqual(len(lines), 1, lines)
        numbers = lines[0][lines[0].index("[") + 1:lines[0].index("]")].split()
        left, top, right, bottom = map(int, numbers)
        # The face of the portrait is about 100 px wide, with its center near (223, 115).
        self.assertTrue(150 < left < 223 < right < 300, lines)
        self.assertTrue(40 < top < 115 < bottom < 210, lines)


if __name__ == "__main__":
    DefaultNetworks.python = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
