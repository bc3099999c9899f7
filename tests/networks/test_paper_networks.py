# SPDX-License-Identifier: Apache-2.0
"""The networks of the paper: size, shapes, values, and equality of eager and scripted."""

import math
import unittest

import numpy as np
import torch
import torch.nn.functional as F

import numpy_layers as keras
import published
from support import NetworkTest, flat, randomize

from counting import count_gmac, count_parameters
from importer import published_names
from paper.adaptive_wing import AdaptiveWing, HierarchicalBlock, HourglassLevel, coordinates
from paper.catalogue import NETWORKS
from paper.inception import InceptionV3, Pool
from paper.lafin import LandmarkDiscriminator, LandmarkGenerator, LongShortAttention
from paper.mask_rcnn import MaskRCNN
from paper.resnet_fpn import ResNetFPN
from paper.upsampling import TransposedConv2d


def keras_count(network) -> int:
    """Keras counts the running statistics of norms as non-trainable parameters."""
    return count_parameters(network) + sum(
        value.numel() for name, value in network.named_buffers() if "running" in name)


class Size(NetworkTest):
    def test_adaptive_wing(self):
        network = AdaptiveWing()
        self.assertEqual(round(count_parameters(network) / 1e6, 2), 24.15)
        self.assertAlmostEqual(count_gmac(network, NETWORKS["adaptive_wing_98"].example(256)),
                               26.7, delta=0.05)

    def test_lafin_generator(self):
        network = LandmarkGenerator()
        self.assertAlmostEqual(count_gmac(network, NETWORKS["lafin_generator"].example(256)),
                               66.3, delta=0.05)
        shapes = published.lafin_generator(64, 7)
        expected = sum(math.prod(shape) for name, shape in shapes.items()
                       if not name.endswith(("_u", "_v"))
                       and not name.startswith(("auto_attn.model.model", "auto_attn.model.short")))
        self.assertEqual(count_parameters(network), expected)

    def test_lafin_discriminator(self):
        # 4x4 kernels without bias, the attention's query with a bias, and its gain.
        kernels = 4 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512
        self.assertEqual(count_parameters(LandmarkDiscriminator()),
                         16 * kernels + 128 * 32 + 32 + 1)

    def test_inception(self):
        network = InceptionV3()
        # The number that Keras prints for InceptionV3(include_top=False).
        self.assertEqual(keras_count(network.features), 21802784)

    def test_mask_rcnn(self):
        for depth, expected in ((50, 44662942), (101, 63733406)):
            self.assertEqual(keras_count(MaskRCNN(depth)), expected)
            shapes = published.mask_rcnn(depth, 1).values()
            self.assertEqual(sum(math.prod(shape) for shape in shapes), expected)


class Scripted(NetworkTest):
    """Small networks of each kind: shapes, and whether the TorchScript file computes the same."""

    def check(self, network, inputs, shapes):
        randomize(network).eval()
        with torch.no_grad():
            expected = flat(network(*inputs))
            loaded = self.scripted(network).eval()
            self.assert_close(loaded(*inputs), expected, 1e-5)
            frozen = torch.jit.optimize_for_inference(loaded)
            for _ in range(2):
                self.assert_close(frozen(*inputs), expected, 1e-4)
        self.assertEqual([tuple(output.shape) for output in expected], shapes)
        return loaded, expected[0]

    def test_adaptive_wing(self):
        network = AdaptiveWing(68, 2, 16)
        face = torch.rand(2, 3, 64, 128)
        loaded, heatmaps = self.check(network, [face], [(2, 68, 16, 32)])
        stacks = loaded.stacks(face)
        self.assertEqual([tuple(s.shape) for s in stacks], [(2, 69, 16, 32)] * 2)
        self.assert_close(stacks[1][:, :68], heatmaps, 1e-5)

    def test_inception(self):
        self.check(InceptionV3(16), [torch.rand(2, 3, 96, 96)], [(2, 2)])

    def test_lafin_generator(self):
        face, mask = torch.rand(2, 3, 32, 32), (torch.rand(2, 1, 32, 32) > 0.5).float()
        _, painted = self.check(LandmarkGenerator(8, 2), [face * (1 - mask), mask, mask],
                                [(2, 3, 32, 32)])
        self.assertTrue(0.0 <= float(painted.min()) <= float(painted.max()) <= 1.0)

    def test_lafin_discriminator(self):
        self.check(LandmarkDiscriminator(8), [torch.rand(2, 3, 64, 64), torch.rand(2, 1, 64, 64)],
                   [(2, 1, 6, 6), (2, 8, 32, 32), (2, 16, 16, 16), (2, 32, 8, 8), (2, 64, 7, 7)])

    def test_training_reaches_every_parameter(self):
        face, mask = torch.rand(2, 3, 128, 128), torch.ones(2, 1, 128, 128)
        for network, inputs in ((AdaptiveWing(68, 2, 16), [face]), (InceptionV3(16), [face]),
                                (LandmarkGenerator(8, 1), [face, mask, mask]),
                                (LandmarkDiscriminator(8), [face, mask])):
            run = network.stacks if isinstance(network, AdaptiveWing) else network
            for half in (False, True):
                network.zero_grad(set_to_none=True)
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
                    outputs = flat(run(*inputs))
                sum((output * torch.rand_like(output)).sum() for output in outputs).backward()
                for name, parameter in network.named_parameters():
                    self.assertIsNotNone(parameter.grad, name)
                    self.assertTrue(bool(torch.isfinite(parameter.grad).all()), name)


class AdaptiveWingValues(NetworkTest):
    def test_coordinates(self):
        boundary = torch.zeros(1, 1, 3, 2)
        boundary[0, 0, 2, 0] = 0.06
        boundary[0, 0, 0, 1] = 0.04
        found = coordinates(torch.zeros(1, 1, 3, 2), boundary)[0]
        half = 0.5 ** 0.5
        expected = torch.tensor([[[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]],
                                 [[-1.0, 1.0], [-1.0, 1.0], [-1.0, 1.0]],
                                 [[1.0, 1.0], [half, half], [1.0, 1.0]],
                                 [[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]],
                                 [[0.0, 0.0], [0.0, 0.0], [-1.0, 0.0]]])
        self.assert_close(found, expected, 1e-6)

    def test_block_of_known_weights(self):
        # Each convolution sums the centers of its channels; each norm is the identity.
        block = HierarchicalBlock(4, 8).eval()
        with torch.no_grad():
            for conv in (block.conv1, block.conv2, block.conv3):
                conv.weight.zero_()[:, :, 1, 1] = 1.0
            block.shortcut[2].weight.fill_(1.0)
            value = float(block(torch.ones(1, 4, 1, 1))[0, :, 0, 0].sum())
        # 4 channels of 4, 2 of 16, 2 of 32, and 4 more of the shortcut on each of 8.
        self.assertAlmostEqual(value, 4 * 4 + 2 * 16 + 2 * 32 + 8 * 4, delta=0.05)

    def test_hourglass_without_weights_is_the_identity(self):
        level = HourglassLevel(8, 2).eval()
        with torch.no_grad():
            for parameter in level.parameters():
                parameter.zero_()
        x = torch.rand(1, 8, 8, 8)
        # Every block returns its input: the picture, its halves and its quarters add up.
        half = F.avg_pool2d(x, 2)
        inner = half + F.interpolate(F.avg_pool2d(half, 2), scale_factor=2.0)
        self.assert_close(level(x), x + F.interpolate(inner, scale_factor=2.0), 1e-6)

    def test_boundary_of_a_stack_steers_the_next(self):
        network = randomize(AdaptiveWing(68, 2, 16)).eval()
        face = torch.rand(1, 3, 64, 64)
        with torch.no_grad():
            before = network.stacks(face)
            network.hourglasses[0].output.bias[-1] += 100.0
            network.links[0].heatmaps.weight[:, -1] = 0.0
            after = network.stacks(face)
        self.assert_close(before[0][:, :-1], after[0][:, :-1], 0.0)
        self.assertGreater(float((before[1] - after[1]).abs().max()), 1e-4)

    def test_full_size_names_and_shapes(self):
        own = {published_names.adaptive_wing(name): tuple(value.shape)
               for name, value in AdaptiveWing(98).state_dict().items()}
        self.assertEqual(own, published.adaptive_wing(98, 4, 256))


class InceptionValues(NetworkTest):
    def test_softmax_is_the_sigmoid_of_the_published_output(self):
        network = randomize(InceptionV3(16)).eval()
        face = torch.rand(3, 3, 96, 96)
        with torch.no_grad():
            p = torch.sigmoid(network.head(network.features(face).mean(dim=[2, 3])))
            found = torch.softmax(network(face), dim=1)
        self.assert_close(found, torch.cat([1.0 - p, p], dim=1), 1e-6)

    def test_order_and_epsilon_of_the_head(self):
        kinds = [type(part).__name__ for part in InceptionV3(16).head]
        self.assertEqual(kinds, ["BatchNorm1d", "Linear", "ReLU", "BatchNorm1d", "Linear", "ReLU",
                                 "Linear", "ReLU", "BatchNorm1d", "Dropout", "Linear"])
        for part in InceptionV3(16).modules():
            if isinstance(part, torch.nn.BatchNorm1d):
                self.assertEqual(part.eps, 1e-3)

    def test_norms_have_no_scale(self):
        names = [name for name, _ in InceptionV3(16).features.named_parameters()]
        self.assertEqual(len([n for n in names if n.endswith("norm.bias")]), 94)
        self.assertEqual([n for n in names if n.endswith("norm.weight")], [])

    def test_pool_counts_what_is_inside(self):
        x = torch.arange(9.0).reshape(1, 1, 3, 3)
        expected = torch.tensor([[2.0, 2.5, 3.0], [3.5, 4.0, 4.5], [5.0, 5.5, 6.0]])
        self.assert_close(Pool()(x)[0, 0], expected, 1e-6)

    def test_resolutions(self):
        x = torch.rand(1, 3, 299, 299)
        sides = []
        with torch.no_grad():
            for part in InceptionV3(16).eval().features:
                x = part(x)
                sides.append(x.size(2))
        self.assertEqual(sides, [149, 147, 147, 73, 73, 71, 35, 35, 35, 35, 17, 17, 17, 17, 17, 8,
                                 8, 8])


class LafinValues(NetworkTest):
    def test_attention_of_untrained_gains(self):
        # Gains start at 0: the features pass through, the encoder's only where they are visible.
        attention = LongShortAttention(8).eval()
        x, encoded = torch.rand(1, 8, 4, 4), torch.rand(1, 8, 4, 4)
        mask = torch.zeros(1, 1, 4, 4)
        mask[:, :, 1:3, 1:3] = 1.0
        with torch.no_grad():
            found = attention(x, encoded, mask)
            both = torch.cat([x, encoded * (1.0 - mask)], dim=1)
            inner = attention.conv2(F.leaky_relu(attention.conv1(F.leaky_relu(both, 0.01)), 0.01))
            self.assert_close(found, inner + attention.shortcut(both), 1e-6)

    def test_long_attention_fills_the_hole_from_similar_places(self):
        attention = LongShortAttention(4).eval()
        with torch.no_grad():
            attention.short.query.weight.zero_()
            attention.short.query.weight[0, 0] = 20.0
            attention.short.query.bias.zero_()
            attention.gain.fill_(1.0)
            # Places 0 and 3 look alike; the encoder sees only 3.
            x = torch.zeros(1, 4, 2, 2)
            x[0, 0] = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
            encoded = torch.zeros(1, 4, 2, 2)
            encoded[0, 1] = torch.tensor([[0.0, 5.0], [6.0, 8.0]])
            mask = torch.tensor([[[[1.0, 0.0], [0.0, 0.0]]]])
            _, weights = attention.short(x)
            # The hole takes half of place 3 and half of itself, which is empty.
            self.assert_close(weights[0, 0], torch.tensor([0.5, 0.0, 0.0, 0.5]), 1e-5)
            mixed = attention(x, encoded, mask)
            encoded[0, 1, 0, 0] = 4.0  # As if the hole had been (0 + 8) / 2 in the encoder.
            gain, attention.gain = attention.gain, torch.nn.Parameter(torch.zeros(1))
            self.assert_close(mixed, attention(x, encoded, torch.zeros_like(mask)), 1e-4)
            self.assertEqual(float(gain), 1.0)

    def test_generator_does_not_see_under_the_hole(self):
        network = randomize(LandmarkGenerator(8, 1)).eval()
        face, mask = torch.rand(1, 3, 32, 32), torch.zeros(1, 1, 32, 32)
        mask[:, :, 8:20, 8:20] = 1.0
        with torch.no_grad():
            zeroed = network(face * (1.0 - mask), mask, mask)
            self.assert_close(network(face, mask, mask), zeroed, 0.0)

    def test_discriminator_sees_the_landmarks(self):
        network = randomize(LandmarkDiscriminator(8)).eval()
        face = torch.rand(1, 3, 64, 64)
        with torch.no_grad():
            first, _ = network(face, torch.zeros(1, 1, 64, 64))
            second, _ = network(face, torch.ones(1, 1, 64, 64))
        self.assertGreater(float((first - second).abs().max()), 1e-4)


class Upsampling(NetworkTest):
    def test_equals_the_transposed_convolution(self):
        x = torch.randn(2, 5, 6, 7)
        for kernel in (2, 4):
            layer = TransposedConv2d(5, 3, kernel)
            torch.nn.init.normal_(layer.bias)
            expected = F.conv_transpose2d(x, layer.weight, layer.bias, 2, kernel // 2 - 1)
            self.assert_close(layer(x), expected, 1e-5)
            self.assert_close(layer(x.bfloat16().float()), layer.bfloat16()(x.bfloat16()).float(),
                              0.2)


class Backbone(NetworkTest):
    def test_strides_and_levels(self):
        network = randomize(ResNetFPN(50, 4, 8)).eval()
        with torch.no_grad():
            maps = network(torch.rand(1, 3, 128, 128))
        self.assertEqual([tuple(m.shape) for m in maps],
                         [(1, 8, side, side) for side in (32, 16, 8, 4, 2)])
        self.assert_close(maps[4], maps[3][:, :, ::2, ::2], 0.0)

    def test_depths(self):
        for depth, blocks in ((50, 16), (101, 33)):
            names = ResNetFPN(depth, 4, 8).state_dict()
            self.assertEqual(len([n for n in names if n.endswith("conv3.weight")]), blocks)


class NumpyLayers(unittest.TestCase):
    """Tests of the NumPy reference itself, where torch has the same operator."""

    def test_against_torch(self):
        generator = np.random.default_rng(0)
        x = generator.standard_normal((8, 8, 3))
        kernel = generator.standard_normal((3, 3, 3, 5))
        given = torch.from_numpy(x).permute(2, 0, 1)[None]
        weight = torch.from_numpy(kernel).permute(3, 2, 0, 1)
        for stride, padding in ((2, "valid"), (1, "same")):
            expected = F.conv2d(given, weight, None, stride, 1 if padding == "same" else 0)
            np.testing.assert_allclose(keras.conv(x, kernel, stride, padding),
                                       expected[0].permute(1, 2, 0).numpy(), atol=1e-12)


if __name__ == "__main__":
    unittest.main()
