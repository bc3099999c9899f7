# SPDX-License-Identifier: Apache-2.0
"""Boxes and pooling: against torchvision, and against values worked out by hand."""

import json
import unittest

import torch

from support import ROOT, NetworkTest

from paper.boxes import apply_deltas, clip, deltas_between, nms, overlaps
from paper.roi_align import crop_and_resize, pool_pyramid, pyramid_levels, roi_align

GOLDEN = json.loads((ROOT / "tests" / "data" / "region_operators.json").read_text())


class RegionOperators(NetworkTest):
    def test_nms_keeps_what_torchvision_keeps(self):
        for case in GOLDEN["nms"]:
            boxes, scores = torch.tensor(case["boxes"]), torch.tensor(case["scores"])
            for function in (nms, torch.jit.script(nms)):
                kept = function(boxes, scores, case["threshold"], 1000)
                self.assertEqual(kept.tolist(), case["kept"])
            self.assertEqual(nms(boxes, scores, case["threshold"], 5).tolist(), case["kept"][:5])

    def test_nms_of_many_boxes_is_greedy(self):
        corners = torch.rand(1500, 2) * 60
        boxes = torch.cat([corners, corners + torch.rand(1500, 2) * 30 + 1], dim=1)
        scores = torch.rand(1500)
        rest = scores.argsort(descending=True)
        expected = []
        while rest.numel() > 0:
            expected.append(int(rest[0]))
            rest = rest[1:][overlaps(boxes[rest[:1]], boxes[rest[1:]])[0] <= 0.4]
        self.assertEqual(nms(boxes, scores, 0.4, 1500).tolist(), expected)

    def test_nms_of_nothing_is_nothing(self):
        self.assertEqual(nms(torch.zeros(0, 4), torch.zeros(0), 0.5, 10).tolist(), [])

    def test_roi_align_equals_torchvision(self):
        for case in GOLDEN["roi_align"]:
            for function in (roi_align, torch.jit.script(roi_align)):
                pooled = function(torch.tensor(case["features"]), torch.tensor(case["boxes"]),
                                  case["side"], case["scale"], case["samples"], case["aligned"])
                self.assert_close(pooled, torch.tensor(case["pooled"]), 1e-5)

    def test_crop_and_resize_of_a_ramp(self):
        # Cell (y, x) is 10 y + x, so that a bilinear sample reveals its position.
        ramp = (torch.arange(5.0)[:, None] * 10 + torch.arange(9.0))[None]
        crop = crop_and_resize(ramp, torch.tensor([[0.25, 0.5, 0.75, 1.0]]), 3)
        expected = torch.tensor([[22.0, 24.0, 26.0], [32.0, 34.0, 36.0], [42.0, 44.0, 46.0]])
        self.assert_close(crop[0, 0], expected, 1e-4)

    def test_overlaps(self):
        first = torch.tensor([[0.0, 0.0, 2.0, 2.0], [5.0, 5.0, 5.0, 5.0]])
        second = torch.tensor([[1.0, 1.0, 3.0, 3.0], [0.0, 0.0, 2.0, 2.0], [9.0, 9.0, 10.0, 10.0]])
        self.assert_close(overlaps(first, second),
                          torch.tensor([[1 / 7, 1.0, 0.0], [0.0, 0.0, 0.0]]), 1e-6)

    def test_deltas(self):
        boxes = torch.tensor([[10.0, 20.0, 30.0, 60.0]])
        # One standard deviation: a tenth of the height and width, and e^0.2 of both.
        moved = apply_deltas(boxes, torch.tensor([[1.0, -1.0, 1.0, 0.0]]))
        half = 20.0 * 2.718281828 ** 0.2
        self.assert_close(moved, torch.tensor([[8.0, 44.0 - half, 28.0, 44.0 + half]]), 1e-4)
        targets = torch.rand(6, 4).cumsum(dim=1)
        given = torch.rand(6, 4).cumsum(dim=1)
        self.assert_close(apply_deltas(given, deltas_between(given, targets)), targets, 1e-4)

    def test_deltas_stay_finite(self):
        moved = apply_deltas(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.full((1, 4), 1e6))
        self.assertTrue(bool(torch.isfinite(clip(moved, [0.0, 0.0, 1.0, 1.0])).all()))

    def test_clip(self):
        clipped = clip(torch.tensor([[-1.0, 0.2, 0.5, 3.0]]), [0.0, 0.1, 0.4, 1.0])
        self.assert_close(clipped, torch.tensor([[0.0, 0.2, 0.4, 1.0]]), 0.0)

    def test_pyramid_levels(self):
        sides = [10.0, 56.0, 112.0, 150.0, 170.0, 224.0, 448.0, 1000.0]
        boxes = torch.tensor([[0.0, 0.0, side, side] for side in sides])
        self.assertEqual(pyramid_levels(boxes, 4).tolist(), [0, 0, 1, 1, 2, 2, 3, 3])

    def test_pool_pyramid_keeps_the_order_of_boxes(self):
        size = 1024
        pyramid = [torch.full((1, size // stride, size // stride), float(stride))
                   for stride in (4, 8, 16, 32)]
        boxes = torch.tensor([[0.0, 0.0, 0.5, 0.5], [0.1, 0.1, 0.12, 0.12],
                              [0.0, 0.0, 0.25, 0.25], [0.2, 0.2, 0.3, 0.3]])
        for crop in (True, False):
            pooled = pool_pyramid(pyramid, boxes, size, 2, crop)
            self.assertEqual(pooled[:, 0, 0, 0].tolist(), [32.0, 4.0, 16.0, 8.0])


if __name__ == "__main__":
    unittest.main()
