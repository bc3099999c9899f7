# SPDX-License-Identifier: Apache-2.0
"""Trains tiny networks with demask-train on faces drawn by this script.

    test_training.py DEMASK_TRAIN ARCHITECTURES WORK
"""

import csv
import pathlib
import shutil
import subprocess
import sys
import unittest
from typing import List, Tuple

from PIL import Image, ImageDraw

TRAINER, ARCHITECTURES, WORK = sys.argv[1:4]
sys.path[:0] = [ARCHITECTURES, str(pathlib.Path(__file__).parents[1] / "data")]

import torch  # noqa: E402
from discriminator import PatchDiscriminator  # noqa: E402
from gender_classifier import GenderClassifier  # noqa: E402
from inpainter import InpaintingGenerator  # noqa: E402
from make_modules import frontal_face  # noqa: E402
from paper.catalogue import NETWORKS  # noqa: E402

SIDE = 128
POINT_NAMES = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")


def middle(points):
    return [sum(p[axis] for p in points) / len(points) for axis in (0, 1)]


def draw_face(path, gender, shift):
    """Draws a face of SIDE px whose color shows the gender. Returns its 68 points."""
    scale = SIDE / 256
    points = [(x * scale + shift, y * scale) for x, y in frontal_face()]
    skin = (235, 190, 170) if gender == "f" else (60, 50, 110)
    photo = Image.new("RGB", (SIDE, SIDE), (90, 110, 80))
    draw = ImageDraw.Draw(photo)
    draw.ellipse([16 + shift, 3, 112 + shift, 123], fill=skin)
    for first, last in ((36, 42), (42, 48), (48, 60)):
        draw.polygon(points[first:last], fill=(40, 30, 30))
    for first, last in ((17, 22), (22, 27), (27, 31), (31, 36)):
        draw.line(points[first:last], fill=(70, 40, 30), width=2)
    photo.save(path)
    return points


def make_data(folder):
    """Writes faces.csv and landmarks68.csv with eight faces, two of them for validation."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "faces").mkdir(parents=True)
    faces = [["file", "source", "person", "gender", "age", "split", "box_x", "box_y", "box_w",
              "box_h", *[f"{name}_{axis}" for name in POINT_NAMES for axis in "xy"]]]
    landmarks = [["file", "agreement", *[f"{axis}{k}" for k in range(68) for axis in "xy"]]]
    for i in range(8):
        gender = "fm"[i % 2]
        name = f"faces/{i}.png"
        points = draw_face(folder / name, gender, i - 3)
        five = [middle(points[36:42]), middle(points[42:48]), points[30], points[48], points[54]]
        faces.append([name, "drawn", "", gender, "", "train" if i < 6 else "val", 18 + i - 3, 38,
                      92, 82, *[value for point in five for value in point]])
        landmarks.append([name, 0, *[value for point in points for value in point]])
    for file, rows in (("faces.csv", faces), ("landmarks68.csv", landmarks)):
        with open(folder / file, "w", newline="") as stream:
            csv.writer(stream).writerows(rows)
    make_hd_data(folder / "hd", faces[1:])


def make_hd_data(folder, faces):
    """The same faces as large photos, the last of which was enlarged."""
    (folder / "faces").mkdir(parents=True)
    rows = [["file", "source", "person", "gender", "age", "split", "box_x", "box_y", "box_w",
             "box_h", *[f"{name}_{axis}" for name in POINT_NAMES for axis in "xy"]]]
    crops = [["file", "detail"]]
    for face in faces:
        Image.open(folder.parent / face[0]).resize((2 * SIDE, 2 * SIDE)).save(folder / face[0])
        rows.append([face[0], "drawn", "", "", "", "train", *[2 * value for value in face[6:]]])
        crops.append([face[0], 31 if face is faces[-1] else 20])
    for file, table in (("faces.csv", rows), ("crops.csv", crops)):
        with open(folder / file, "w", newline="") as stream:
            csv.writer(stream).writerows(table)


class MeanColors(torch.nn.Module):
    """A fake face recognition network: identities are the mean colors of a face's parts."""

    def forward(self, face: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        parts = torch.nn.functional.adaptive_avg_pool2d(face, 4)
        return parts, parts.flatten(1)


class FaceFeatures(torch.nn.Module):
    """A fake face recognition network that also returns feature maps."""

    def forward(self, face: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor,
                                                   torch.Tensor, torch.Tensor]:
        maps = [torch.nn.functional.adaptive_avg_pool2d(face, side) for side in (16, 8, 4, 2)]
        return maps[0], maps[1], maps[2], maps[3], maps[2].flatten(1)


CODE_SIZE = 8


class TintedFace(torch.nn.Module):
    """Stands for a face generator: the first codes of a face tint the one that it knows."""

    def __init__(self, face: torch.Tensor):
        super().__init__()
        self.register_buffer("face", face)
        self.register_buffer("mean_w", torch.zeros(CODE_SIZE))
        self.register_buffer("std_w", torch.ones(CODE_SIZE))

    @torch.jit.export
    def codes(self, z: torch.Tensor) -> torch.Tensor:
        return z

    @torch.jit.export
    def at(self, codes: torch.Tensor, size: int) -> torch.Tensor:
        face = torch.nn.functional.interpolate(self.face, [size, size], mode="bilinear",
                                               align_corners=False)
        return face + 0.1 * codes.mean(1)[:, :3, None, None]

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.at(codes, 512)


class TintReader(torch.nn.Module):
    """Stands for the prior and its encoder: codes from the mean color of what is visible."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 23 * CODE_SIZE)
        self.head256 = torch.nn.Parameter(torch.zeros(3))

    def forward(self, face: torch.Tensor, mask: torch.Tensor,
                landmark_map: torch.Tensor) -> torch.Tensor:
        seen = (mask == 0.0).to(face.dtype)
        mean = (face * seen).sum([2, 3]) / seen.sum([2, 3])
        return self.linear(mean * 4.0 - 2.0).reshape(-1, 23, 8)

    @torch.jit.export
    def see(self, face: torch.Tensor, mask: torch.Tensor,
            landmark_map: torch.Tensor) -> Tuple[torch.Tensor, List[torch.Tensor]]:
        return self.forward(face, mask, landmark_map), [face]

    @torch.jit.export
    def paint(self, codes: torch.Tensor, conditions: List[torch.Tensor],
              size: int) -> torch.Tensor:
        return conditions[0] + (self.head256 + codes.mean(1)[:, :3])[:, :, None, None]


class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(WORK)
        make_data(cls.folder / "data")

    def export(self, network, size=64, divisor=16):
        torch.manual_seed(0)
        return self.save(network, NETWORKS[network].build(divisor, size))

    def save(self, name, network):
        file = self.folder / f"{name}.pt"
        torch.jit.script(network.train()).save(str(file))
        return file

    def train(self, stage, file, steps=1, batch=2, rate=1e-3, size=64, extra=(), fresh=True):
        run = self.folder / f"run_{stage}"
        if fresh:
            shutil.rmtree(run, ignore_errors=True)
        return run, subprocess.run(
            [TRAINER, stage, "--data", str(self.folder / "data"), "--init", str(file), "--run",
             str(run), "--size", str(size), "--batch", str(batch), "--steps", str(steps), "--lr",
             str(rate), "--log-minutes", "1e-9", "--minutes", "5", *map(str, extra)],
            capture_output=True, text=True, timeout=300, check=False)

    def assert_loss_falls(self, stage, file, columns, steps, **options):
        run, result = self.train(stage, file, steps, **options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        with open(run / "log.csv", newline="") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual(len(rows), steps)
        self.assertLessEqual({"loss", *columns}, set(rows[0]))
        losses = [float(row["loss"]) for row in rows]
        part = steps // 4
        before, after = sum(losses[:part]) / part, sum(losses[-part:]) / part
        print(f"{stage}: loss {before:.4g} -> {after:.4g} in {steps} steps")
        self.assertLess(after, 0.9 * before)
        torch.jit.load(str(run / "model.pt"))
        with open(run / "validation.csv", newline="") as stream:
            return next(csv.DictReader(stream))

    def test_the_instance_segmenter(self):
        figures = self.assert_loss_falls(
            "segmenter", self.export("mask_rcnn_50"),
            ["rpn_class", "rpn_box", "class", "box", "mask"], steps=20, batch=2, rate=1e-2)
        self.assertIn("iou_synthetic", figures)

    def test_the_heatmap_landmarks(self):
        figures = self.assert_loss_falls("landmarks", self.export("adaptive_wing_68"),
                                         ["mean_square"], steps=12, batch=4, rate=1e-2)
        self.assertIn("nme_masked", figures)

    def test_the_inpainter_and_its_discriminator(self):
        torch.manual_seed(0)
        network = self.save("inpainter", InpaintingGenerator(hidden=16))
        discriminator = self.save("discriminator", PatchDiscriminator([3, 3, 3]))
        extra = ["--gender", "f", "--discriminator", discriminator, "--teacher",
                 self.save("features", FaceFeatures()), "--adversarial-after", 0]
        run, result = self.train("inpainter", network, steps=4, batch=2, extra=extra)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        with open(run / "log.csv", newline="") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual(len(rows), 4)
        for column in ("pixel", "feature", "style", "identity", "discriminator"):
            self.assertGreater(float(rows[-1][column]), 0.0, column)
        with open(run / "validation.csv", newline="") as stream:
            self.assertGreater(float(next(csv.DictReader(stream))["psnr_detected"]), 5.0)
        torch.jit.load(str(run / "model.pt"))
        untrained = torch.jit.load(str(discriminator)).state_dict()
        trained = torch.jit.load(str(run / "discriminator.pt")).state_dict()
        self.assertTrue(any(not torch.equal(trained[name], untrained[name]) for name in trained))

    def generator(self):
        """A generator of the face that draw_face() draws, on the prior's square."""
        file = self.folder / "drawn.png"
        draw_face(file, "f", 0)
        wide = Image.new("RGB", (160, 160), (90, 110, 80))
        wide.paste(Image.open(file), (16, 24))
        face = torch.frombuffer(bytearray(wide.tobytes()), dtype=torch.uint8)
        face = face.reshape(1, 160, 160, 3).permute(0, 3, 1, 2).float() / 255.0
        return self.save("generator", TintedFace(face))

    def train_resumed(self, stage, steps, **options):
        """Trains in two goes; returns the rows of the log and those of the validation."""
        run, result = self.train(stage, steps=steps // 2, **options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        run, result = self.train(stage, steps=steps, fresh=False, **options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn(f"resumed at step {steps // 2}", result.stdout)
        tables = []
        for name in ("log.csv", "validation.csv"):
            with open(run / name, newline="") as stream:
                tables.append(list(csv.DictReader(stream)))
        self.assertEqual(len(tables[0]), steps)
        self.assertTrue((run / "validation.png").exists())
        return run, *tables

    def test_the_encoder(self):
        torch.manual_seed(0)
        extra = ["--generator", self.generator(), "--validation-faces", 4, "--window", 4]
        run, log, validation = self.train_resumed("encoder", 12, file=self.save("tint", TintReader()),
                                                  batch=4, rate=3e-2, extra=extra)
        self.assertEqual(int(log[-1]["images"]), 12 * 4)
        self.assertLess(float(validation[-1]["code_error"]), float(validation[0]["code_error"]))
        torch.jit.load(str(run / "encoder.pt"))

    def test_the_prior(self):
        torch.manual_seed(0)
        discriminator = self.save("discriminator", PatchDiscriminator([3, 3, 3]))
        features = self.save("features", FaceFeatures())
        extra = ["--generator", self.generator(), "--validation-faces", 2, "--window", 2,
                 "--teacher", features, "--features", features, "--discriminator", discriminator,
                 "--adversarial-after", 0]
        run, log, validation = self.train_resumed("prior", 8, file=self.save("tint", TintReader()),
                                                  batch=4, rate=1e-2, extra=extra)
        for column in ("visible", "hole", "code", "perceptual", "identity", "discriminator"):
            self.assertGreater(float(log[-1][column]), 0.0, column)
        self.assertGreater(float(validation[-1]["visible_psnr"]), 3.0)
        self.assertGreaterEqual(float(validation[-1]["detail"]), 0.0)
        torch.jit.load(str(run / "prior.pt"))
        torch.jit.load(str(run / "discriminator.pt"))

    def test_what_is_no_generator_is_refused(self):
        tint = self.save("tint", TintReader())
        _, result = self.train("encoder", tint, extra=["--generator", tint])
        self.assertEqual(result.returncode, 1)
        self.assertIn("not a TorchScript face generator", result.stderr)
        self.assertIn("give --generator", result.stderr)

    def test_a_device_that_is_not_there_is_refused(self):
        _, result = self.train("encoder", self.save("tint", TintReader()),
                               extra=["--generator", self.generator(), "--device", "tpu"])
        self.assertEqual(result.returncode, 1)
        self.assertIn("choose --device cpu", result.stderr)

    def test_the_gender_classifier(self):
        network = self.export("inception_v3", size=80, divisor=8)
        figures = self.assert_loss_falls("gender", network, ["accuracy"], steps=40, batch=12,
                                         rate=4e-2, size=80)
        self.assertIn("accuracy_masked", figures)

    def test_the_gender_classifier_learns_from_a_teacher(self):
        torch.manual_seed(0)
        network = self.save("gender_classifier", GenderClassifier((16, 16, 32)))
        teacher = self.save("teacher", MeanColors())
        figures = self.assert_loss_falls(
            "gender", network, ["accuracy", "distillation"], steps=40, batch=8, rate=1e-2,
            extra=["--teacher", teacher])
        self.assertIn("accuracy_bare", figures)

    def test_a_network_that_does_not_suit_the_teacher_is_refused(self):
        _, result = self.train("gender", self.export("inception_v3", size=80, divisor=8), size=80,
                               extra=["--teacher", self.save("teacher", MeanColors())])
        self.assertEqual(result.returncode, 1)
        self.assertIn("no method 'embed' to teach", result.stderr)
        self.assertIn("leave out --teacher", result.stderr)

    def test_98_points_do_not_fit_68_labels(self):
        _, result = self.train("landmarks", self.export("adaptive_wing_98"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("gives heatmaps of 98 points", result.stderr)
        self.assertIn("export a network of 68 points", result.stderr)

    def test_a_network_of_another_stage_is_refused(self):
        classifier = self.export("inception_v3")
        for stage, method in (("segmenter", "losses"), ("landmarks", "stacks")):
            with self.subTest(stage=stage):
                _, result = self.train(stage, classifier)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"'{method}'", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
