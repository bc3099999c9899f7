# SPDX-License-Identifier: Apache-2.0
"""The generative prior: its generator, its encoder, and how the one modulates the other."""

import unittest

import torch
import torch.nn.functional as F

from support import NetworkTest, randomize

from counting import count_gmac, count_parameters
from face_generator import FaceGenerator, inverse_haar
from prior_encoder import PriorEncoder
from prior_inpainter import PriorInpainter


def codes(count: int) -> torch.Tensor:
    return torch.randn(count, 23, 512, generator=torch.Generator().manual_seed(1))


def masked_face(count: int, side: int):
    """A face whose hole is zeroed, the hole, and a landmark map."""
    generator = torch.Generator().manual_seed(2)
    hole = torch.zeros(count, 1, side, side)
    hole[:, :, side // 2:side * 7 // 8, side // 4:side * 3 // 4] = 1.0
    face = torch.rand(count, 3, side, side, generator=generator) * (1.0 - hole)
    return face, hole, torch.rand(count, 1, side, side, generator=generator)


def haar(picture: torch.Tensor) -> torch.Tensor:
    """The Haar transform of [B,C,2*H,2*W] in the order of inverse_haar()."""
    a, b = picture[:, :, 0::2, 0::2], picture[:, :, 0::2, 1::2]
    c, d = picture[:, :, 1::2, 0::2], picture[:, :, 1::2, 1::2]
    details = torch.stack([a + b - c - d, a - b + c - d, a - b - c + d], dim=2) / 2
    return torch.cat([(a + b + c + d) / 2, details.flatten(1, 2)], dim=1)


class Generator(NetworkTest):
    def test_the_wavelet_transform_is_undone(self):
        picture = torch.rand(2, 5, 8, 12)
        self.assert_close(inverse_haar(haar(picture)), picture, 1e-6)

    def test_sizes_and_methods(self):
        generator = self.scripted(FaceGenerator().eval())
        with torch.no_grad():
            self.assertEqual(generator.codes(torch.randn(3, 512)).shape, (3, 512))
            for size in (128, 256, 512):
                self.assertEqual(generator.at(codes(1), size).shape, (1, 3, size, size))
            self.assert_close(generator(codes(1)), generator.at(codes(1), 512), 0.0)

    def test_every_code_moves_the_face(self):
        generator = randomize(FaceGenerator()).eval()
        wanted = codes(1).requires_grad_()
        generator.at(wanted, 512).sum().backward()
        self.assertTrue(bool((wanted.grad.abs().amax(dim=2) > 0.0).all()))

    def test_scripted_equals_eager(self):
        generator = randomize(FaceGenerator()).eval()
        with torch.no_grad():
            self.assert_close(self.scripted(generator).at(codes(2), 128),
                              generator.at(codes(2), 128), 1e-5)


class Encoder(NetworkTest):
    def test_an_untrained_encoder_finds_the_same_code_for_all_layers(self):
        encoder = PriorEncoder().eval()
        with torch.no_grad():
            found = encoder(*masked_face(2, 256))
        self.assertEqual(found.shape, (2, 23, 512))
        self.assert_close(found, found[:, :1].expand(2, 23, 512), 0.0)

    def test_codes_are_in_units_of_their_deviation(self):
        encoder = randomize(PriorEncoder()).eval()
        with torch.no_grad():
            found = encoder(*masked_face(1, 256))
            before = (found - encoder.mean_w) / encoder.std_w
            encoder.mean_w.fill_(3.0)
            encoder.std_w.fill_(2.0)
            self.assert_close(encoder(*masked_face(1, 256)), 3.0 + 2.0 * before, 1e-4)

    def test_a_guess_is_looked_at_and_unknown_pixels_are_not(self):
        encoder = randomize(PriorEncoder()).eval()
        face, hole, points = masked_face(1, 256)
        guess = face + 0.4 * hole
        with torch.no_grad():
            for side in (256, 512):
                at_side = [F.interpolate(x, scale_factor=side / 256) for x in (face, hole, points)]
                unknown = encoder.prepare(*at_side)
                filled = F.interpolate(guess, scale_factor=side / 256)
                self.assert_close(encoder.prepare(filled, *at_side[1:]), unknown, 1e-5)
                guessed = encoder.prepare(filled, 0.75 * at_side[1], at_side[2])
                self.assert_close(guessed[:, :3], guess * 2.0 - 1.0, 1e-5)
                self.assert_close(guessed[:, 3:4], 0.75 * hole, 1e-6)

    def test_a_large_face_is_shrunk(self):
        encoder = randomize(PriorEncoder()).eval()
        face, hole, landmark_map = masked_face(1, 256)
        large = [x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
                 for x in (face, hole, landmark_map)]
        with torch.no_grad():
            self.assert_close(encoder(*large), encoder(face, hole, landmark_map), 1e-4)

    def test_what_lies_in_the_hole_is_not_seen(self):
        encoder = randomize(PriorEncoder()).eval()
        face, hole, landmark_map = masked_face(1, 256)
        with torch.no_grad():
            self.assert_close(encoder(face + hole * torch.rand_like(face), hole, landmark_map),
                              encoder(face, hole, landmark_map), 0.0)


class Prior(NetworkTest):
    def test_size(self):
        prior = PriorInpainter()
        self.assertLessEqual(2 * count_parameters(prior), 60e6)
        self.assertLessEqual(count_gmac(prior, list(masked_face(1, 256))), 14.0)

    def test_methods(self):
        prior = self.scripted(PriorInpainter().eval())
        given = masked_face(1, 256)
        with torch.no_grad():
            found, conditions = prior.see(*given)
            self.assert_close(prior.encode(*given), found, 0.0)
            self.assert_close(prior(*given), prior.paint(found, conditions, 512), 0.0)
            for size in (128, 256, 512):
                self.assertEqual(prior.paint(found, conditions, size).shape, (1, 3, size, size))
            self.assert_close(prior.synthesize(found), prior.at(found, 512), 0.0)

    def test_an_untrained_modulation_changes_nothing(self):
        prior = PriorInpainter().eval()
        with torch.no_grad():
            found, conditions = prior.see(*masked_face(1, 256))
            self.assert_close(prior.paint(found, conditions, 256), prior.at(found, 256), 1e-6)

    def test_the_face_is_that_of_the_generator(self):
        prior, generator = PriorInpainter(), randomize(FaceGenerator())
        shared = {name: value for name, value in generator.state_dict().items()
                  if name in prior.state_dict()}
        prior.load_state_dict({**prior.state_dict(), **shared})
        with torch.no_grad():
            for size in (128, 256, 512):
                self.assert_close(prior.eval().at(codes(1), size),
                                  generator.eval().at(codes(1), size), 1e-6)

    def test_gradients_reach_codes_and_conditions(self):
        prior = randomize(PriorInpainter()).eval()
        with torch.no_grad():
            found, conditions = prior.see(*masked_face(1, 256))
        wanted = [found.requires_grad_(), *[c.requires_grad_() for c in conditions]]
        prior.paint(wanted[0], wanted[1:], 512).sum().backward()
        for tensor in wanted:
            self.assertGreater(float(tensor.grad.abs().max()), 0.0)


if __name__ == "__main__":
    unittest.main()
