# SPDX-License-Identifier: Apache-2.0
"""The default networks: cost, shapes, the smooth fill, and equality of eager and scripted."""

import tempfile
import unittest
from pathlib import Path

import torch
from torch import nn

from support import NetworkTest, randomize

from blocks import pull_push
from counting import count_gmac, count_parameters
from export import OWN, mixed_weights
from inpainter import InpaintingGenerator


class Size(NetworkTest):
    # GMAC of one forward pass at the size of the network's example.
    BUDGETS = {"face_detector": 0.5, "segmenter": 0.6, "landmark_detector": 0.6,
               "gender_classifier": 0.4, "inpainter": 6.0}

    def test_budgets(self):
        for stage, budget in self.BUDGETS.items():
            with self.subTest(stage):
                definition = OWN[stage]
                network = definition.build(1, definition.input_size)
                gmac = count_gmac(network, definition.example(definition.input_size))
                self.assertLessEqual(gmac, budget + 0.05)

    def test_parameters(self):
        counts = {stage: count_parameters(OWN[stage].build(1, OWN[stage].input_size))
                  for stage in self.BUDGETS}
        # Two generators are shipped, with two bytes per parameter.
        shipped = sum(counts.values()) + counts["inpainter"]
        self.assertLess(2 * shipped, 40e6)


class Mixture(NetworkTest):
    def test_weights_of_two_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / "first.pt", Path(folder) / "second.pt"]
            states = []
            for file in files:
                network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
                # In half precision, as the default models are stored.
                randomize(network).half()
                states.append({name: value.float() for name, value in network.state_dict().items()})
                torch.jit.script(network).save(str(file))
            mixed = mixed_weights(files[0], files[1], 0.25)
            for name, value in states[0].items():
                wanted = 0.75 * value + 0.25 * states[1][name] if "batches" not in name else value
                self.assert_close(mixed[name].float(), wanted, 1e-6)


class PullPush(NetworkTest):
    def test_known_pixels_stay(self):
        known = (torch.rand(2, 1, 64, 64) > 0.5).float()
        colors = torch.rand(2, 3, 64, 64) * known
        filled = pull_push(colors, known, 6)
        self.assert_close(filled * known, colors, 1e-6)

    def test_one_color_fills_everything(self):
        # One pixel, far from most cells of the coarsest level.
        known = torch.zeros(1, 1, 256, 256)
        known[:, :, 3, 60] = 1.0
        color = torch.tensor([0.2, -0.5, 0.9]).reshape(1, 3, 1, 1)
        filled = pull_push(color * known, known, 6)
        self.assert_close(filled, color.expand(1, 3, 256, 256), 5e-3)

    def test_a_hole_lies_between_its_sides(self):
        known = torch.ones(1, 1, 64, 64)
        known[:, :, :, 16:48] = 0.0
        colors = torch.zeros(1, 1, 64, 64)
        colors[:, :, :, 48:] = 1.0
        row = pull_push(colors, known, 6)[0, 0, 32]
        self.assertTrue(bool((row[1:] >= row[:-1] - 1e-6).all()))
        self.assertAlmostEqual(float(row.mean()), 0.5, places=5)

    def test_nothing_known(self):
        empty = torch.zeros(1, 1, 64, 64)
        self.assert_close(pull_push(empty.expand(1, 3, 64, 64), empty, 6),
                          torch.zeros(1, 3, 64, 64), 0.0)


class Inpainter(NetworkTest):
    def inputs(self):
        mask = torch.zeros(2, 1, 128, 128)
        mask[:, :, 60:120, 30:100] = 1.0
        return torch.rand(2, 3, 128, 128), mask, torch.rand(2, 1, 128, 128)

    def test_scripted_equals_eager(self):
        network = randomize(InpaintingGenerator()).eval()
        face, mask, landmark_map = self.inputs()
        painted = network(face, mask, landmark_map)
        self.assertEqual(painted.shape, face.shape)
        self.assertTrue(bool(((painted >= 0.0) & (painted <= 1.0)).all()))
        self.assert_close(self.scripted(network)(face, mask, landmark_map), painted, 1e-5)

    def test_what_lies_in_the_hole_is_not_seen(self):
        network = randomize(InpaintingGenerator()).eval()
        face, mask, landmark_map = self.inputs()
        self.assert_close(network(face, mask, landmark_map),
                          network(face * (1.0 - mask), mask, landmark_map), 0.0)

    def test_starts_from_the_smooth_fill(self):
        network = InpaintingGenerator().eval()
        mask = self.inputs()[1]
        gray = torch.full((2, 3, 128, 128), 0.6)
        painted = network(gray * (1.0 - mask), mask, torch.zeros_like(mask))
        self.assertLess(float((painted - gray).abs().mean()), 0.1)


if __name__ == "__main__":
    unittest.main()
