#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tiny TorchScript modules with known answers for the unit tests.

    make_modules.py OUT_DIR
"""

import hashlib
import json
import math
import sys
import zipfile
from pathlib import Path
from typing import Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


# For each of the 68 iBUG points, the WFLW point at the same place of the face.
WFLW_OF_IBUG = [
    *range(0, 33, 2),                        # jaw
    *range(33, 38), *range(42, 47),          # brows
    *range(51, 60),                          # nose
    60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75,  # eyes
    *range(76, 96),                          # lips
]


def frontal_face() -> List[Tuple[float, float]]:
    """The 68 points of tests/support/synthetic_landmarks.hpp, in pixels of the canonical face."""
    def ring(x: float, y: float, rx: float, ry: float, count: int) -> List[Tuple[float, float]]:
        angles = [math.pi + 2 * math.pi * i / count for i in range(count)]
        return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]

    jaw = [math.pi - math.pi * i / 16 for i in range(17)]
    return [
        *[(128 + 92 * math.cos(a), 115 + 125 * math.sin(a)) for a in jaw],
        *[(x + 13.0 * i, 78.0 + 2 * i * i) for x in (89.6, 166.4) for i in range(-2, 3)],
        *[(128.0, 105.0 + 14 * i) for i in range(4)],
        *[(128.0 + 9 * i, 160.0 - 2 * abs(i)) for i in range(-2, 3)],
        *ring(0.35 * 256, 0.42 * 256, 16, 7, 6), *ring(0.65 * 256, 0.42 * 256, 16, 7, 6),
        *ring(128, 195, 32, 14, 12), *ring(128, 195, 24, 7, 8),
    ]


class Identity(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x


class Items(nn.Module):
    """Returns the batch's items as a list."""

    def forward(self, x: Tensor) -> List[Tensor]:
        return [item for item in x.unbind(0)]


class Nested(nn.Module):
    """Returns the input times 1, 2, 3 and 4 in nested containers."""

    def forward(self, x: Tensor) -> Tuple[Tensor, List[Tuple[Tensor, Tensor]], Tensor]:
        return x, [(2 * x, 3 * x)], 4 * x


class Empty(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.new_zeros([0, 4])


class Integers(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.arange(3)


class NotANumber(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x / (x - x)


class Dictionary(nn.Module):
    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        return {"x": x}


class Raises(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.sum() > -1e30:
            raise ValueError("no input is good enough")
        return x


class WritesInput(nn.Module):
    """Doubles its input in place."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mul_(2.0)


class NoForward(nn.Module):
    @torch.jit.export
    def other(self, x: Tensor) -> Tensor:
        return x


class Huge(nn.Module):
    """Allocates more memory than any machine has."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.zeros([1 << 50])


class Convolutions(nn.Module):
    """A random network with BatchNorm, dropout and sums: [B,3,S,S] -> [B,3,S,S]."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 32, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(32)
        self.second = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(32)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Conv2d(32, 3, 3, padding=1)
        for norm in (self.first_norm, self.second_norm):
            nn.init.uniform_(norm.running_mean, -0.2, 0.2)
            nn.init.uniform_(norm.running_var, 0.5, 1.5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.first_norm(self.first(x)))
        x = self.dropout(F.relu(x + self.second_norm(self.second(x))))
        return torch.sigmoid(self.output(x))


class Widening(nn.Module):
    """A convolution, a sum in full precision and a convolution, as in a refinement network."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 3, 3, padding=1)
        self.register_buffer("shift", torch.rand(1, 8, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        wide = self.first(x).float() + self.shift
        products = torch.bmm(wide.flatten(2), wide.flatten(2).transpose(1, 2))
        return torch.sigmoid(self.second(wide).float() + products.mean() / wide[0, 0].numel())


class FixedDetector(nn.Module):
    """Four boxes relative to the input: two that overlap, one faint and one outside the photo.

    The score of the first is the brightness of the top left pixel, which identifies the image.
    """

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        results: List[Tuple[Tensor, Tensor, Tensor]] = []
        for b in range(image.shape[0]):
            boxes = torch.tensor([[8.0, 8.0, 24.0, 28.0], [9.0, 8.0, 24.0, 28.0],
                                  [40.0, 4.0, 48.0, 12.0], [-30.0, -30.0, -5.0, -5.0],
                                  [-4.0, 20.0, 6.0, 30.0]])
            bright = float(image[b, :, 0, 0].mean())
            scores = torch.tensor([bright, 0.5, 0.2, 0.9, 0.4])
            points = (boxes[:, :2].unsqueeze(1) +
                      torch.tensor([[4.0, 6.0], [12.0, 6.0], [8.0, 10.0], [5.0, 15.0],
                                    [11.0, 15.0]]))
            results.append((boxes, scores, points))
        return results


class DrawnFaces(nn.Module):
    """Finds drawn faces: squares whose upper half is (255, G, 0) and whose lower half (153, G, 0).

    G is 0, 60, 120 or 180 and tells up to four faces apart. As with a trained network, the score
    grows with the size in the picture, here to 1 at 64 px, a face of less than 8 px is not seen,
    and a face that is cut off has a smaller box. A face that is upside down or on its side is not
    found.
    """

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        results: List[Tuple[Tensor, Tensor, Tensor]] = []
        offsets = torch.tensor([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
        for b in range(image.shape[0]):
            boxes: List[Tensor] = [torch.zeros([0, 4])]
            scores: List[float] = []
            points: List[Tensor] = [torch.zeros([0, 5, 2])]
            for green in [0.0, 60.0, 120.0, 180.0]:
                like = ((image[b, 1] * 255 - green).abs() < 12) & (image[b, 2] < 0.05)
                upper = torch.nonzero(like & (image[b, 0] > 0.9)).float()
                lower = torch.nonzero(like & ((image[b, 0] - 0.6).abs() < 0.05)).float()
                if upper.shape[0] > 0 and lower.shape[0] > 0:
                    part = torch.cat([upper, lower])
                    low = part.min(dim=0)[0]
                    size = part.max(dim=0)[0] + 1 - low
                    side = float(size.max())
                    fall = float(lower[:, 0].mean() - upper[:, 0].mean())
                    if side >= 8 and fall > 0.3 * side:
                        corner = torch.stack([low[1], low[0]])
                        extent = torch.stack([size[1], size[0]])
                        boxes.append(torch.cat([corner, corner + extent]).unsqueeze(0))
                        scores.append(min(1.0, side / 64))
                        points.append((corner + offsets * extent).unsqueeze(0))
            results.append((torch.cat(boxes), torch.tensor(scores, dtype=torch.float32),
                            torch.cat(points)))
        return results


class NoFaces(nn.Module):
    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        results: List[Tuple[Tensor, Tensor, Tensor]] = []
        for _ in range(image.shape[0]):
            results.append((torch.zeros([0, 4]), torch.zeros([0]), torch.zeros([0, 5, 2])))
        return results


class BadScores(nn.Module):
    """A detector for one photo that returns its scores as a column."""

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        return torch.zeros([2, 4]), torch.zeros([2, 1]), torch.zeros([2, 5, 2])


class RedIsMask(nn.Module):
    """Semantic segmenter: the red channel is the probability."""

    def forward(self, face: Tensor) -> Tensor:
        return face[:, :1]


class GreenIsStraps(nn.Module):
    """Semantic segmenter: red is the probability of mask, green that of straps."""

    def forward(self, face: Tensor) -> Tensor:
        return face[:, :2]


class Logits(nn.Module):
    """Semantic segmenter that lacks its sigmoid."""

    def forward(self, face: Tensor) -> Tensor:
        return face[:, :1] * 20.0 - 10.0


class TwoMasks(nn.Module):
    """Instance segmenter: a mask in the left half, a better one in the right half, and a faint one.

    Probability is 0.75 in the box (8, 4) - (24, 20) and 1 in (W - 16, 8) - (W, 24).
    """

    def forward(self, photo: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        height = photo.shape[1]
        width = photo.shape[2]
        right = float(width)
        boxes = torch.tensor([[8.0, 4.0, 24.0, 20.0], [right - 16.0, 8.0, right, 24.0],
                              [0.0, 0.0, 4.0, 4.0]])
        masks = torch.zeros([3, 1, height, width])
        masks[0, 0, 4:20, 8:24] = 0.75
        masks[1, 0, 8:24, width - 16:] = 1.0
        return boxes, torch.tensor([0.8, 0.9, 0.1]), masks


class BlueMasks(nn.Module):
    """Instance segmenter: blue pixels that are not red in the left and right half of a photo."""

    def forward(self, photo: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        covered = photo[2] - photo[0] > 0.4
        middle = photo.shape[2] // 2
        boxes: List[Tensor] = []
        masks: List[Tensor] = []
        for half in range(2):
            part = covered.clone()
            if half == 0:
                part[:, middle:] = False
            else:
                part[:, :middle] = False
            at = torch.nonzero(part)
            if at.shape[0] > 0:
                low = at.min(dim=0)[0]
                high = at.max(dim=0)[0] + 1
                boxes.append(torch.stack([low[1], low[0], high[1], high[0]]).float())
                masks.append(part.float().unsqueeze(0) * 0.95)
        if len(boxes) == 0:
            return torch.zeros([0, 4]), torch.zeros([0]), torch.zeros([0, 1] + photo.shape[1:])
        return torch.stack(boxes), torch.tensor([0.9, 0.8])[:len(boxes)], torch.stack(masks)


class GridPoints(nn.Module):
    """Landmarks: point k at ((k % 10 + 0.5) / 10, (k // 10 + 0.5) / 10), confidence k / 100."""

    def __init__(self, points: int):
        super().__init__()
        self.points = points

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        k = torch.arange(self.points, dtype=torch.float32)
        xy = torch.stack([(k % 10 + 0.5) / 10, (torch.floor(k / 10) + 0.5) / 10], dim=1)
        batch = face.shape[0]
        return xy.expand(batch, -1, -1), (k / 100).expand(batch, -1)


class BrightestPoint(nn.Module):
    """Landmarks: all at the center of mass of the crop's red channel."""

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        red = face[:, 0]
        side = red.shape[1]
        at = (torch.arange(side, dtype=torch.float32) + 0.5) / side
        mass = red.sum(dim=[1, 2]).clamp(min=1e-6)
        x = (red.sum(dim=1) * at).sum(dim=1) / mass
        y = (red.sum(dim=2) * at).sum(dim=1) / mass
        points = torch.stack([x, y], dim=1).unsqueeze(1).expand(-1, 68, -1)
        return points, torch.ones([face.shape[0], 68])


class GaussianHeatmaps(nn.Module):
    """Gaussians of 1.5 cells and height 0.9, centered on the points of GridPoints.

    With `boundary`, one more channel of ones follows.
    """

    def __init__(self, points: int, boundary: bool):
        super().__init__()
        self.points = points
        self.boundary = boundary

    def forward(self, face: Tensor) -> Tensor:
        k = torch.arange(self.points, dtype=torch.float32)
        x = (k % 10 + 0.5) / 10 * 64
        y = (torch.floor(k / 10) + 0.5) / 10 * 64
        at = torch.arange(64, dtype=torch.float32) + 0.5
        dx = (at.reshape(1, 1, 64) - x.reshape(-1, 1, 1)) ** 2
        dy = (at.reshape(1, 64, 1) - y.reshape(-1, 1, 1)) ** 2
        maps = 0.9 * torch.exp(-(dx + dy) / (2 * 1.5 ** 2))
        if self.boundary:
            maps = torch.cat([maps, torch.ones([1, 64, 64])])
        return maps.unsqueeze(0).expand(face.shape[0], -1, -1, -1)


class FrontalHeatmaps(nn.Module):
    """Heatmaps of 98 points: a frontal face that wears a mask as wide as its jaw.

    The crop has scale 1.5 around the face box derived from the mask. A point that is not among
    the 68 lies at the place of the previous point.
    """

    def __init__(self):
        super().__init__()
        points: List[Tuple[float, float]] = [(0.0, 0.0)] * 98
        for wflw, point in zip(WFLW_OF_IBUG, frontal_face()):
            points[wflw] = point
        for index in range(98):
            if index not in WFLW_OF_IBUG:
                points[index] = points[index - 1]
        # 184 pixels of jaw are the width of the mask; the chin, at 240, is where the mask ends.
        scale = 1.0 / (1.5 * 1.35 * 184.0)
        middle = torch.tensor([128.0, 240.0 - 0.5 * 1.35 * 184.0])
        self.register_buffer("points", (torch.tensor(points) - middle) * scale + 0.5)

    def forward(self, face: Tensor) -> Tensor:
        at = (torch.arange(64, dtype=torch.float32) + 0.5) / 64
        dx = (at.reshape(1, 1, 64) - self.points[:, 0].reshape(-1, 1, 1)) ** 2
        dy = (at.reshape(1, 64, 1) - self.points[:, 1].reshape(-1, 1, 1)) ** 2
        maps = torch.exp(-(dx + dy) * 64.0 ** 2 / (2 * 1.5 ** 2))
        return maps.unsqueeze(0).expand(face.shape[0], -1, -1, -1)


class RedAgainstBlue(nn.Module):
    """Gender classifier: the first logit is 4 x mean red, the second 4 x mean blue."""

    def forward(self, face: Tensor) -> Tensor:
        mean = face.mean(dim=[2, 3])
        return 4.0 * torch.stack([mean[:, 0], mean[:, 2]], dim=1)


class LeftAgainstRight(nn.Module):
    """Gender classifier: the first logit is 4 x mean red of the left half plus 8 x the mean red
    of the right half, the second 6 x mean blue of the left half."""

    def forward(self, face: Tensor) -> Tensor:
        half = face.shape[3] // 2
        left = face[:, :, :, :half].mean(dim=[2, 3])
        right = face[:, :, :, half:].mean(dim=[2, 3])
        return torch.stack([4.0 * left[:, 0] + 8.0 * right[:, 0], 6.0 * left[:, 2]], dim=1)


class OneColour(nn.Module):
    """Inpainter that paints one color."""

    def __init__(self, red: float, green: float, blue: float):
        super().__init__()
        self.register_buffer("colour", torch.tensor([red, green, blue]).reshape(1, 3, 1, 1))

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        return self.colour.expand_as(face)


class EchoInpainter(nn.Module):
    """Inpainter that shows its inputs: R is the mask, G the map, B the maximum blue in the hole."""

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        blue = (face[:, 2:] * mask).amax(dim=[1, 2, 3], keepdim=True)
        return torch.cat([mask, landmark_map, blue.expand_as(mask)], dim=1)


class CenteredFace(nn.Module):
    """Detector: one face in the middle half of every photo."""

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        results: List[Tuple[Tensor, Tensor, Tensor]] = []
        size = torch.tensor([image.shape[3], image.shape[2]], dtype=torch.float32)
        at_face = torch.tensor([[0.35, 0.42], [0.65, 0.42], [0.5, 0.6], [0.4, 0.76], [0.6, 0.76]])
        for _ in range(image.shape[0]):
            box = torch.cat([0.25 * size, 0.75 * size]).unsqueeze(0)
            points = (0.25 + 0.5 * at_face) * size
            results.append((box, torch.full([1], 0.9), points.unsqueeze(0)))
        return results


class FrontalPoints(nn.Module):
    """Landmarks: a frontal face whose canonical square is the box, in a crop of scale 1.5."""

    def __init__(self):
        super().__init__()
        self.register_buffer("points", (torch.tensor(frontal_face()) / 256.0 + 0.25) / 1.5)

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        batch = face.shape[0]
        return self.points.expand(batch, -1, -1), torch.full([batch, 68], 0.9)


class Shapes(nn.Module):
    """A shape model: the frontal face, whose mouth moves up and down as a whole, and a little more."""

    def __init__(self, dimensions: int = 136):
        super().__init__()
        self.register_buffer("mean", (torch.tensor(frontal_face()) / 256.0).flatten()[:dimensions])
        down = torch.zeros(dimensions)
        down[97::2] = 0.06
        self.register_buffer("covariance", down.outer(down) + 1e-5 * torch.eye(dimensions))

    def forward(self) -> Tuple[Tensor, Tensor]:
        return self.mean, self.covariance


class ShapesOfPairs(Shapes):
    """A shape model whose mean has a row for each point."""

    def forward(self) -> Tuple[Tensor, Tensor]:
        return self.mean.reshape(68, 2), self.covariance


class OneSidedShapes(Shapes):
    """A shape model whose covariance is not symmetric."""

    def forward(self) -> Tuple[Tensor, Tensor]:
        return self.mean, torch.triu(self.covariance)


class StiffShapes(Shapes):
    """A shape model with a coordinate that never varies."""

    def __init__(self):
        super().__init__()
        self.covariance[0] = 0.0
        self.covariance[:, 0] = 0.0


class MeanShape(Shapes):
    """A shape model without a covariance."""

    def forward(self) -> Tensor:
        return self.mean


class NanShapes(Shapes):
    """A shape model whose mean is not a number."""

    def forward(self) -> Tuple[Tensor, Tensor]:
        return self.mean * math.nan, self.covariance


class AverageFeatures(nn.Module):
    """Image features: averages of 2, 4, 8 and 16 pixels, and of the whole image."""

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        return (F.avg_pool2d(x, 2), F.avg_pool2d(x, 4), F.avg_pool2d(x, 8), F.avg_pool2d(x, 16),
                x.mean(dim=[2, 3]))


class AverageIdentity(nn.Module):
    """Face embedding: the averages of 28 x 28 pixels."""

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        return face, F.avg_pool2d(face, 28).flatten(1)


class NanDetections(nn.Module):
    """One face, whose score is not a number."""

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        box = torch.tensor([[8.0, 8.0, 24.0, 28.0]])
        return box, torch.full([1], math.nan), torch.full([1, 5, 2], 16.0)


class NanMap(nn.Module):
    """Semantic segmenter that returns NaN for black pixels."""

    def forward(self, face: Tensor) -> Tensor:
        red = face[:, :1]
        return red / red


class NanPoints(nn.Module):
    """Landmarks: NaN coordinates with high confidence."""

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        batch = face.shape[0]
        return torch.full([batch, 68, 2], math.nan), torch.ones([batch, 68])


class InfiniteLogits(nn.Module):
    """Gender classifier whose logits have overflowed."""

    def forward(self, face: Tensor) -> Tensor:
        return torch.full([face.shape[0], 2], math.inf)


class NanPainting(nn.Module):
    """Inpainter with one pixel that is not a number."""

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        painted = face.clone()
        painted[:, 0, -1, -1] = math.nan
        return painted


class SmallPainting(nn.Module):
    """Inpainter that returns a quarter of the face."""

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        return face[:, :, ::2, ::2]


class HalvedFace(nn.Module):
    """A prior: codes [B,2,8] whose first three numbers color the upper and the lower half.

    It sees the mean of the visible pixels as the color of the upper half, and gray below; the only
    condition is 0.25, which is added to blue. The other five numbers of a code do nothing.
    """

    @torch.jit.export
    def see(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tuple[Tensor, List[Tensor]]:
        seen = (mask == 0.0).to(face.dtype)
        codes = torch.zeros([face.shape[0], 2, 8])
        codes[:, 0, :3] = (face * seen).sum([2, 3]) / seen.sum([2, 3]).clamp(min=1.0)
        codes[:, 1, :3] = 0.5
        return codes, [torch.full([face.shape[0], 1, 1, 1], 0.25)]

    @torch.jit.export
    def paint(self, codes: Tensor, conditions: List[Tensor], size: int) -> Tensor:
        half = [codes.shape[0], 3, size // 2, size]
        upper = codes[:, 0, :3].unsqueeze(2).unsqueeze(3).expand(half)
        lower = codes[:, 1, :3].unsqueeze(2).unsqueeze(3).expand(half)
        face = torch.cat([upper, lower], dim=2)
        return torch.cat([face[:, :2], face[:, 2:] + conditions[0]], dim=1)


class MeanFace(nn.Module):
    """A prior: one code [B,1,3], the mean color of the visible pixels, which it paints everywhere."""

    @torch.jit.export
    def see(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tuple[Tensor, List[Tensor]]:
        seen = (mask == 0.0).to(face.dtype)
        conditions: List[Tensor] = []
        color = (face * seen).sum([2, 3]) / seen.sum([2, 3]).clamp(min=1.0)
        return color.unsqueeze(1), conditions

    @torch.jit.export
    def paint(self, codes: Tensor, conditions: List[Tensor], size: int) -> Tensor:
        return codes[:, 0].unsqueeze(2).unsqueeze(3).expand([codes.shape[0], 3, size, size])


class ConvolvedFace(HalvedFace):
    """A prior whose face passes through convolutions."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1)
        self.second = nn.Conv2d(16, 3, 3, padding=1)

    @torch.jit.export
    def paint(self, codes: Tensor, conditions: List[Tensor], size: int) -> Tensor:
        x = codes[:, :, :3].reshape(-1, 3, 2, 1).expand(-1, 3, 2, 2)
        x = F.interpolate(x, [size, size], mode="bilinear", align_corners=False)
        return torch.sigmoid(self.second(F.relu(self.first(x))))


class SeesNoCodes(HalvedFace):
    @torch.jit.export
    def see(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        return face


class PaintsOneSize(HalvedFace):
    @torch.jit.export
    def paint(self, codes: Tensor, conditions: List[Tensor], size: int) -> Tensor:
        return torch.zeros([codes.shape[0], 3, 128, 128]) + codes.sum()


class PaintsNothing(nn.Module):
    @torch.jit.export
    def see(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tuple[Tensor, List[Tensor]]:
        return torch.zeros([1, 2, 8]), [face]


class PaintsNan(HalvedFace):
    @torch.jit.export
    def paint(self, codes: Tensor, conditions: List[Tensor], size: int) -> Tensor:
        return torch.full([codes.shape[0], 3, size, size], float("nan"))


class SavesFile(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        torch.save(x, "written_by_a_model.pt")
        return x


class ReadsFile(nn.Module):
    """Reads a file in a function that forward calls only under a condition."""

    def forward(self, x: Tensor) -> Tensor:
        return self.password(x) if bool(x.sum() > 1e30) else x

    def password(self, x: Tensor) -> Tensor:
        return torch.from_file("/etc/passwd", size=4)


class ReadsFileElsewhere(nn.Module):
    """Reads a file in a method of a submodule that nothing calls."""

    def __init__(self):
        super().__init__()
        self.inner = ReadsFileUncalled()

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x)


class ReadsFileUncalled(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x

    @torch.jit.export
    def other(self) -> Tensor:
        return torch.from_file("/etc/passwd", size=4)


class Prints(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        print("a model speaks")
        return x


class Seeds(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        torch.manual_seed(1)
        return x


class Profiles(nn.Module):
    """Uses an operator outside the namespaces aten and prim."""

    def forward(self, x: Tensor) -> Tensor:
        handle = torch.ops.profiler._record_function_enter("name", None)
        torch.ops.profiler._record_function_exit(handle)
        return x


class RunsWhenLoaded(nn.Module):
    def __init__(self):
        super().__init__()
        self.training = False

    def forward(self, x: Tensor) -> Tensor:
        return x

    @torch.jit.export
    def __getstate__(self) -> bool:
        return self.training

    @torch.jit.export
    def __setstate__(self, state: bool) -> None:
        torch.save(torch.zeros(1), "written_by_a_model.pt")
        self.training = state


class UsesClass(nn.Module):
    """Creates an object of a C++ class of LibTorch."""

    def forward(self, x: Tensor) -> Tensor:
        profile = torch.classes.profiling._ScriptProfile()
        return x


class HoldsClass(nn.Module):
    """Holds an object of a C++ class, whose `__setstate__` runs while the module is loaded."""

    def __init__(self):
        super().__init__()
        weight = torch.quantize_per_tensor(torch.zeros(1, 1), 1.0, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(weight, None)

    def forward(self, x: Tensor) -> Tensor:
        return x


class SparseBuffer(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("values", torch.eye(3).to_sparse())

    def forward(self, x: Tensor) -> Tensor:
        return self.values.to_dense()


class Buffer(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("values", torch.arange(4.0))

    def forward(self, x: Tensor) -> Tensor:
        return self.values


def forge(path: Path, out: Path, record: str, replacements: Dict[bytes, bytes]) -> None:
    """Replaces parts of a record of a module's archive."""
    with zipfile.ZipFile(path) as module, zipfile.ZipFile(out, "w") as forged:
        for name in module.namelist():
            content = module.read(name)
            if name.endswith(f"/{record}"):
                for honest, lie in replacements.items():
                    assert content.count(honest) == 1, (record, honest)
                    content = content.replace(honest, lie)
            forged.writestr(name, content)


def forge_buffers(out: Path) -> None:
    """A buffer of four floats whose size claims 4096, and one whose storage also claims it."""
    size = {b"K\x00(K\x04t": b"K\x00(M\x00\x10t"}
    storage = {b"K\x04tQ": b"M\x00\x10tQ"}
    forge(out / "buffer.pt", out / "buffer_enlarged.pt", "data.pkl", size)
    forge(out / "buffer.pt", out / "storage_enlarged.pt", "data.pkl", {**size, **storage})


def forge_classes(out: Path) -> None:
    """Modules that name a C++ class in spellings that torch.save does not write."""
    for name, statement in (
            ("spaced", b"__torch__ . torch.\\\n classes.profiling._ScriptProfile()"),
            ("commented", b"(__torch__.torch # '\n  .classes).profiling._ScriptProfile()"),
            ("renamed", b"t = __torch__.torch\n    t.classes.profiling._ScriptProfile()")):
        forge(out / "identity.pt", out / f"uses_class_{name}.pt", "code/__torch__.py",
              {b"    return x": b"    " + statement + b"\n    return x"})
    forge(out / "identity.pt", out / "is_class.pt", "data.pkl",
          {b"c__torch__\nIdentity\n": b"c__torch__.torch.classes.profiling\n_ScriptProfile\n"})


MODULES = {
    "identity": Identity,
    "items": Items,
    "nested": Nested,
    "empty": Empty,
    "integers": Integers,
    "not_a_number": NotANumber,
    "dictionary": Dictionary,
    "raises": Raises,
    "writes_input": WritesInput,
    "no_forward": NoForward,
    "huge": Huge,
    "convolutions": Convolutions,
    "widening": Widening,
    "fixed_detector": FixedDetector,
    "drawn_faces": DrawnFaces,
    "no_faces": NoFaces,
    "bad_scores": BadScores,
    "red_is_mask": RedIsMask,
    "green_is_straps": GreenIsStraps,
    "logits": Logits,
    "two_masks": TwoMasks,
    "blue_masks": BlueMasks,
    "points68": lambda: GridPoints(68),
    "points98": lambda: GridPoints(98),
    "brightest_point": BrightestPoint,
    "heatmap68": lambda: GaussianHeatmaps(68, False),
    "heatmap98_boundary": lambda: GaussianHeatmaps(98, True),
    "frontal_heatmaps": FrontalHeatmaps,
    "red_against_blue": RedAgainstBlue,
    "left_against_right": LeftAgainstRight,
    "echo_inpainter": EchoInpainter,
    "red_inpainter": lambda: OneColour(1.0, 0.0, 0.0),
    "green_inpainter": lambda: OneColour(0.0, 1.0, 0.0),
    "gray_inpainter": lambda: OneColour(0.4, 0.4, 0.4),
    "centered_face": CenteredFace,
    "frontal_points": FrontalPoints,
    "shapes": Shapes,
    "shapes_of_66_points": lambda: Shapes(132),
    "shapes_of_pairs": ShapesOfPairs,
    "one_sided_shapes": OneSidedShapes,
    "stiff_shapes": StiffShapes,
    "mean_shape": MeanShape,
    "nan_shapes": NanShapes,
    "image_features": AverageFeatures,
    "face_embedding": AverageIdentity,
    "nan_detections": NanDetections,
    "nan_map": NanMap,
    "nan_points": NanPoints,
    "infinite_logits": InfiniteLogits,
    "nan_painting": NanPainting,
    "small_painting": SmallPainting,
    "halved_face": HalvedFace,
    "mean_face": MeanFace,
    "convolved_face": ConvolvedFace,
    "sees_no_codes": SeesNoCodes,
    "paints_one_size": PaintsOneSize,
    "paints_nothing": PaintsNothing,
    "paints_nan": PaintsNan,
    "saves_file": SavesFile,
    "reads_file": ReadsFile,
    "reads_file_elsewhere": ReadsFileElsewhere,
    "prints": Prints,
    "seeds": Seeds,
    "profiles": Profiles,
    "runs_when_loaded": RunsWhenLoaded,
    "uses_class": UsesClass,
    "holds_class": HoldsClass,
    "sparse_buffer": SparseBuffer,
    "buffer": Buffer,
}


BUNDLE = {
    "face_detector": ("fixed_detector", {}),
    "segmenter": ("red_is_mask", {"variant": "semantic"}),
    "landmark_detector": ("points68",
                          {"variant": "points", "landmark_scheme": 68, "crop_scale": 1.5}),
    "gender_classifier": ("red_against_blue", {"class_names": ["female", "male"]}),
    "inpainter_female": ("echo_inpainter", {}),
    "inpainter_male": ("echo_inpainter", {}),
}


# Finds a face in the middle of every photo, takes red for its mask, and paints gray.
PORTRAIT_BUNDLE = {
    **BUNDLE,
    "face_detector": ("centered_face", {}),
    "landmark_detector": ("frontal_points",
                          {"variant": "points", "landmark_scheme": 68, "crop_scale": 1.5}),
    "inpainter_female": ("gray_inpainter", {}),
    "inpainter_male": ("gray_inpainter", {}),
}


# As PORTRAIT_BUNDLE, with a prior inpainter.
PRIOR_BUNDLE = {**PORTRAIT_BUNDLE, "inpainter_prior": ("mean_face", {"variant": "prior"})}


# As PORTRAIT_BUNDLE, with a shape model and inpainters that show their landmarks.
SHAPE_BUNDLE = {**PORTRAIT_BUNDLE, "shape_model": ("shapes", {}),
                "inpainter_female": ("echo_inpainter", {}),
                "inpainter_male": ("echo_inpainter", {})}


NAN_BUNDLE = {**BUNDLE, "inpainter_male": ("nan_painting", {})}


def write_bundle(modules: Path, folder: Path,
                 stages: Dict[str, Tuple[str, Dict[str, object]]]) -> None:
    """A complete, small and quick bundle, for tests that do not depend on the models."""
    folder.mkdir(exist_ok=True)
    models = {}
    for stage, (module, entries) in stages.items():
        content = (modules / f"{module}.pt").read_bytes()
        (folder / f"{stage}.pt").write_bytes(content)
        models[stage] = {"file": f"{stage}.pt", "sha256": hashlib.sha256(content).hexdigest(),
                         "size_bytes": len(content), "input_size": 64, **entries}
    manifest = {"schema_version": 1, "name": "tiny", "version": "1.0.0", "license": "none",
                "models": models}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    for name, make in MODULES.items():
        torch.jit.script(make()).save(str(out / f"{name}.pt"))
    convolutions = torch.jit.load(str(out / "convolutions.pt"))
    torch.jit.freeze(convolutions.eval()).save(str(out / "frozen.pt"))
    forge_buffers(out)
    forge_classes(out)
    write_bundle(out, out / "bundle", BUNDLE)
    write_bundle(out, out / "nan_bundle", NAN_BUNDLE)
    write_bundle(out, out / "portrait_bundle", PORTRAIT_BUNDLE)
    write_bundle(out, out / "prior_bundle", PRIOR_BUNDLE)
    write_bundle(out, out / "shape_bundle", SHAPE_BUNDLE)
    # A PyTorch file that is not TorchScript.
    torch.save({"weight": torch.zeros(3)}, str(out / "state_dict.pt"))


if __name__ == "__main__":
    main()
