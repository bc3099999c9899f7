# SPDX-License-Identifier: Apache-2.0
"""Mask R-CNN: geometry, training targets, and whether it learns."""

import unittest

import torch

from support import NetworkTest, flat, randomize

from paper.boxes import deltas_between
from paper.mask_rcnn import MaskRCNN, paste
from paper.mask_rcnn_targets import (mask_targets, match_anchors, proposal_losses, region_losses,
                                     sample_regions)
from paper.region_proposals import RegionProposals


def tiny(**options) -> MaskRCNN:
    return MaskRCNN(50, 16, 128, **options)


def example(seed: int):
    """Two pictures with a bright ellipse each, its box and its mask."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.rand(2, 3, 128, 128, generator=generator) * 0.3
    boxes, masks = [], []
    at = torch.arange(128.0)
    for image in images:
        x, y, rx, ry = (torch.rand(4, generator=generator) * torch.tensor([50.0, 50.0, 15.0, 15.0])
                        + torch.tensor([35.0, 35.0, 15.0, 15.0])).tolist()
        mask = ((((at[None] - x) / rx) ** 2 + ((at[:, None] - y) / ry) ** 2) < 1.0).float()
        image += 0.6 * mask
        boxes.append(torch.tensor([[x - rx, y - ry, x + rx, y + ry]]))
        masks.append(mask[None])
    return images, boxes, masks


class Geometry(NetworkTest):
    def test_anchors(self):
        anchors = RegionProposals(8, 8, [32, 64, 128, 256, 512]).anchors(1024)
        # The result of matterport's generate_pyramid_anchors() for 1024 px.
        self.assertEqual(anchors.size(0), 261888)
        pixels = anchors * 1023
        half = 32 / 2 ** 0.5 / 2
        self.assert_close(pixels[0], torch.tensor([-half, -2 * half, half - 1, 2 * half - 1]), 1e-3)
        # Second row, third column, square; then the last anchor of all.
        index = (256 + 2) * 3 + 1
        self.assert_close(pixels[index], torch.tensor([-8.0, -12.0, 23.0, 19.0]), 1e-3)
        w = 512 * 2 ** 0.5 / 2
        self.assert_close(pixels[-1], torch.tensor([960 - w, 960 - w / 2, 959 + w, 959 + w / 2]),
                          1e-2)

    def test_photos_are_fitted_into_the_square(self):
        # A long photo fills the width; a nearly square one grows to 100 px = 128 * 800 / 1024.
        for shape, window in (((50, 100), [0, 32, 128, 96]), ((200, 100), [32, 0, 96, 128]),
                              ((90, 100), [8, 14, 119, 114]), ((1, 700), [0, 63, 128, 64])):
            square, found = tiny().fit(torch.ones(3, *shape))
            self.assertEqual(found, window)
            inside = torch.zeros(128, 128)
            inside[window[1]:window[3], window[0]:window[2]] = 1.0
            self.assert_close(square[1], inside, 1e-6)

    def test_paste(self):
        plane = paste(torch.tensor([[0.0, 1.0]]), [1, 2, 5, 3], 4, 6)
        self.assert_close(plane[2], torch.tensor([0.0, 0.0, 0.25, 0.75, 1.0, 0.0]), 1e-6)
        self.assertEqual(float(plane.sum()), 2.0)

    def test_boxes_come_back_into_the_photo(self):
        network = randomize(tiny()).eval()
        fractions = torch.tensor([[10.0, 42.0, 29.0, 61.0], [0.0, 32.0, 127.0, 95.0]]) / 127
        network.detect = lambda pyramid, window: (fractions, torch.tensor([0.9, 0.8]))
        with torch.no_grad():
            boxes, scores, masks = network(torch.rand(3, 64, 128))
            self.assert_close(boxes, torch.tensor([[10.0, 10.0, 30.0, 30.0],
                                                   [0.0, 0.0, 128.0, 64.0]]), 0.0)
            halved, _, _ = network(torch.rand(3, 128, 256))
            self.assert_close(halved, torch.tensor([[20.0, 20.0, 60.0, 60.0],
                                                    [0.0, 0.0, 256.0, 128.0]]), 1.0)

    def test_input_size_is_checked(self):
        with self.assertRaises(ValueError):
            MaskRCNN(50, 16, 100)


class Detection(NetworkTest):
    def certain(self, **options) -> MaskRCNN:
        """A network that finds an object of score 0.8, full of mask 0.7, in every proposal."""
        network = randomize(tiny(**options)).eval()
        with torch.no_grad():
            for layer, values in ((network.box_head.logits, [0.0, 1.3862944]),
                                  (network.mask_head.output, [0.0, 0.8472979])):
                layer.weight.zero_()
                layer.bias.copy_(torch.tensor(values))
            network.box_head.deltas.weight.zero_()
            network.box_head.deltas.bias.zero_()
        return network

    def test_masks_fill_their_boxes(self):
        for crop in (True, False):
            network = self.certain(crop=crop)
            with torch.no_grad():
                boxes, scores, masks = network(torch.rand(3, 37, 90))
            count = boxes.size(0)
            self.assertTrue(2 < count <= 100)
            self.assertEqual(masks.shape, (count, 1, 37, 90))
            self.assert_close(scores, torch.full([count], 0.8), 1e-5)
            for (x1, y1, x2, y2), mask in zip(boxes.long().tolist(), masks):
                self.assertTrue(0 <= x1 < x2 <= 90 and 0 <= y1 < y2 <= 37)
                expected = torch.zeros(1, 37, 90)
                expected[:, y1:y2, x1:x2] = 0.7
                self.assert_close(mask, expected, 1e-5)

    def test_eager_scripted_and_frozen_agree(self):
        network = tiny().eval()
        photo = torch.rand(3, 90, 61)
        logits = network.box_head.logits
        with torch.no_grad():
            logits.weight.mul_(300.0)  # Scores far apart: no ties to break.
            seen = []
            hook = logits.register_forward_hook(lambda _, inputs, output: seen.append(output))
            network(photo)
            hook.remove()
            logits.bias[1] -= (seen[0][:, 1] - seen[0][:, 0]).median()  # Half are objects.
            expected = network(photo)
            self.assertGreater(expected[0].size(0), 0)
            loaded = self.scripted(network).eval()
            self.assert_close(loaded(photo), expected, 1e-4)
            frozen = torch.jit.optimize_for_inference(loaded)
            self.assert_close(frozen(photo), expected, 1e-2)

    def test_nothing_is_found_where_all_scores_are_low(self):
        network = self.certain()
        with torch.no_grad():
            network.box_head.logits.bias.copy_(torch.tensor([1.0, 0.0]))
            boxes, scores, masks = self.scripted(network)(torch.rand(3, 20, 30))
        self.assertEqual((boxes.shape, scores.shape, masks.shape), ((0, 4), (0,), (0, 1, 20, 30)))


class Targets(NetworkTest):
    def test_anchors_are_matched(self):
        anchors = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.9, 1.0], [0.0, 0.0, 0.5, 1.0],
                                [0.6, 0.6, 0.8, 0.8], [0.5, 0.5, 0.6, 0.6]])
        objects = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.7, 0.7, 0.8, 0.8]])
        match, label = match_anchors(anchors, objects)
        # The best anchor, a good one, one in between, the best (a quarter) of the small object, and
        # a bad one.
        self.assertEqual(label.tolist(), [1, 1, -1, 1, 0])
        self.assertEqual(match[:2].tolist(), [0, 0])
        _, label = match_anchors(anchors, torch.zeros(0, 4))
        self.assertEqual(label.tolist(), [0] * 5)

    def test_regions_are_sampled(self):
        objects = torch.tensor([[0.1, 0.1, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9]])
        proposals = torch.cat([objects + 0.01, torch.rand(500, 4) * 0.01])
        regions, match = sample_regions(proposals, objects, 30)
        self.assertEqual(match.tolist(), [m for m in match.tolist() if m >= 0] + [-1] * 26)
        self.assertEqual(sorted(match[:4].tolist()), [0, 0, 1, 1])
        many, match = sample_regions(objects[:1].repeat(90, 1), objects, 30)
        self.assertEqual(int((match >= 0).sum()), 10)
        alone, match = sample_regions(torch.rand(1, 4) * 0.1, torch.zeros(0, 4), 30)
        self.assertEqual((alone.size(0), match.tolist()), (2, [-1, -1]))

    def test_mask_targets(self):
        mask = torch.zeros(1, 9, 9)
        mask[0, :, 4:] = 1.0
        found = mask_targets(torch.tensor([[0.25, 0.0, 0.75, 1.0]]), mask, torch.tensor([0]), 5)
        self.assert_close(found[0], torch.tensor([[0.0, 0.0, 1.0, 1.0, 1.0]]).repeat(5, 1), 0.0)

    def test_right_answers_cost_nothing(self):
        objects = torch.tensor([[0.2, 0.2, 0.6, 0.7]])
        regions = torch.tensor([[0.2, 0.25, 0.65, 0.7], [0.8, 0.8, 0.9, 0.9]])
        match = torch.tensor([0, -1])
        masks = torch.zeros(1, 64, 64)
        masks[0, 13:45, 13:39] = 1.0
        deltas = deltas_between(regions, objects.repeat(2, 1))
        logits = torch.tensor([[-30.0, 30.0], [30.0, -30.0]])
        shown = mask_targets(regions[:1], masks, match[:1], 28) * 60.0 - 30.0
        losses = region_losses(logits, deltas, shown, [regions], [match], [objects], [masks])
        self.assert_close(losses, [torch.tensor(0.0)] * 3, 1e-5)
        anchors = torch.cat([objects, regions[1:]])
        losses = proposal_losses(torch.flip(logits, [1]).flip([1])[None], torch.zeros(1, 2, 4),
                                 anchors, [objects])
        self.assert_close(list(losses), [torch.tensor(0.0)] * 2, 1e-5)

    def test_wrong_answers_cost_what_the_equations_say(self):
        objects = torch.tensor([[0.2, 0.2, 0.6, 0.7]])
        match = torch.tensor([0])
        # Scores of one half, each delta off by 2 (smooth L1: 1.5), each mask pixel at one half.
        losses = region_losses(torch.zeros(1, 2), torch.full((1, 4), 2.0), torch.zeros(1, 28, 28),
                               [objects], [match], [objects], [torch.ones(1, 8, 8)])
        ln2 = 0.6931472
        self.assert_close(losses, [torch.tensor(ln2), torch.tensor(1.5), torch.tensor(ln2)], 1e-5)


class Training(NetworkTest):
    def test_the_loss_falls(self):
        for crop in (True, False):
            torch.manual_seed(1)
            network = tiny(crop=crop).train()
            optimizer = torch.optim.Adam(network.parameters(), 2e-3)
            totals = []
            for _ in range(8):
                losses = network.losses(*example(7))
                self.assertEqual(sorted(losses), ["box", "class", "mask", "rpn_box", "rpn_class"])
                total = sum(losses.values())
                optimizer.zero_grad()
                total.backward()
                optimizer.step()
                totals.append(float(total))
            self.assertLess(sum(totals[-3:]) / 3, 0.75 * totals[0])

    def test_scripted_losses_and_gradients_are_the_same(self):
        network = tiny().train()
        found = []
        for module in (network, self.scripted(network)):
            torch.manual_seed(1)
            losses = module.losses(*example(7))
            sum(losses.values()).backward()
            found.append([losses, [parameter.grad for parameter in module.parameters()]])
        self.assert_close([*found[0][0].values()], [*found[1][0].values()], 1e-4)
        self.assert_close(found[0][1], found[1][1], 1e-3)

    def test_every_parameter_learns(self):
        network = randomize(tiny()).train()
        sum(network.losses(*example(3)).values()).backward()
        for name, parameter in network.named_parameters():
            self.assertIsNotNone(parameter.grad, name)
            self.assertTrue(bool(torch.isfinite(parameter.grad).all()), name)

    def test_pictures_without_objects(self):
        images, boxes, masks = example(3)
        network = tiny().train()
        nothing = (torch.zeros(0, 4), torch.zeros(0, 128, 128))
        losses = network.losses(images, [boxes[0], nothing[0]], [masks[0], nothing[1]])
        self.assertTrue(all(bool(torch.isfinite(value)) for value in flat(losses)))
        losses = network.losses(images, [nothing[0]] * 2, [nothing[1]] * 2)
        self.assertEqual((float(losses["box"]), float(losses["mask"]), float(losses["rpn_box"])),
                         (0.0, 0.0, 0.0))
        sum(losses.values()).backward()

    def test_bfloat16_autocast(self):
        network = tiny().train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = network.losses(*example(3))
        sum(losses.values()).backward()
        self.assertTrue(all(bool(torch.isfinite(value)) for value in flat(losses)))


if __name__ == "__main__":
    unittest.main()
