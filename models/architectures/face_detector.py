# SPDX-License-Identifier: Apache-2.0
"""Detects faces, masked or bare, and five points of each."""

from typing import List, Tuple

import torch
from torch import Tensor, nn

from blocks import (Conv2d, ConvNormAct, ResidualBlock, double_nearest, initialize,
                    initialize_output, space_to_depth)

MIN_SCORE = 0.02
MAX_CANDIDATES = 1000
# Range of the logarithm of a box side's distance from the cell, in strides: 0.1 px to 4700 px.
MIN_LOG_DISTANCE = -4.0
MAX_LOG_DISTANCE = 5.0


class PredictionHead(nn.Module):
    """Predictions of one pyramid level: [B,C,H,W] -> [B,15,H,W] (1 logit, 4 sides, 5 points).

    Each level has its own head, because shared BatchNorm would blend the levels' statistics.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.smooth = ConvNormAct(channels, channels)
        self.score = Conv2d(channels, 1, 1)
        self.box = Conv2d(channels, 4, 1)
        self.points = Conv2d(channels, 10, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.smooth(x)
        return torch.cat([self.score(x), self.box(x), self.points(x)], dim=1)


class FaceDetector(nn.Module):
    """Anchor-free detector (FCOS, Tian et al. 2019) on a feature pyramid of strides 8, 16, 32.

    A = HW/64 + HW/256 + HW/1024 cells, stride 8 first, row-major within a level.
    """

    def __init__(self):
        super().__init__()
        self.min_score = MIN_SCORE
        self.max_candidates = MAX_CANDIDATES
        self.min_log_distance = MIN_LOG_DISTANCE
        self.max_log_distance = MAX_LOG_DISTANCE
        self.stem = ConvNormAct(48, 32)
        self.stage8 = nn.Sequential(ConvNormAct(32, 64, stride=2), ResidualBlock(64, 32))
        self.stage16 = nn.Sequential(ConvNormAct(64, 96, stride=2), ResidualBlock(96, 96))
        # The widest faces fill the image, so dilation widens the receptive field to all of it.
        self.stage32 = nn.Sequential(
            ConvNormAct(96, 128, stride=2),
            *[ResidualBlock(128, 128, dilation) for dilation in (1, 2, 2, 1)])
        self.lateral8 = Conv2d(64, 64, 1)
        self.lateral16 = Conv2d(96, 64, 1)
        self.lateral32 = Conv2d(128, 64, 1)
        self.head8 = PredictionHead(64)
        self.head16 = PredictionHead(64)
        self.head32 = PredictionHead(64)
        initialize(self)
        for head in (self.head8, self.head16, self.head32):
            initialize_output(head.score, -4.6)  # prior 0.01 (Lin et al. 2017, focal loss)
            initialize_output(head.box, 0.5)
            initialize_output(head.points)

    @torch.jit.export
    def cells(self, height: int, width: int) -> Tensor:
        """Cells of an image of height x width px (multiples of 32).

        Returns [A,3]: center x and y in px, and stride in px.
        """
        device = self.lateral8.weight.device
        levels: List[Tensor] = []
        for stride in [8, 16, 32]:
            rows = height // stride
            columns = width // stride
            ys = (torch.arange(rows, device=device, dtype=torch.float32) + 0.5) * stride
            xs = (torch.arange(columns, device=device, dtype=torch.float32) + 0.5) * stride
            cx = xs.reshape(1, columns).expand(rows, columns).reshape(-1)
            cy = ys.reshape(rows, 1).expand(rows, columns).reshape(-1)
            levels.append(torch.stack([cx, cy, torch.full_like(cx, float(stride))], dim=1))
        return torch.cat(levels)

    @torch.jit.export
    def dense(self, image: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Predicts at every cell.

        image: [B,3,H,W], RGB in [0,1], H and W multiples of 32. Returns the face logits [B,A], the
        boxes [B,A,4] (x1, y1, x2, y2 in px, the cell's center inside) and the points [B,A,10]
        (x, y in px: right eye, left eye, nose, right and left mouth corner).
        """
        at8 = self.stage8(self.stem(space_to_depth((image * 2.0).sub_(1.0), 4)))
        at16 = self.stage16(at8)
        top32 = self.lateral32(self.stage32(at16))
        top16 = self.lateral16(at16) + double_nearest(top32)
        top8 = self.lateral8(at8) + double_nearest(top16)

        maps = [self.head8(top8), self.head16(top16), self.head32(top32)]
        raw = torch.cat([m.flatten(2) for m in maps], dim=2).transpose(1, 2).float()
        cells = self.cells(image.shape[2], image.shape[3])
        center = cells[:, :2]
        stride = cells[:, 2:]
        log_distance = raw[:, :, 1:5].clamp(self.min_log_distance, self.max_log_distance)
        distance = log_distance.exp() * stride
        boxes = torch.cat([center - distance[:, :, :2], center + distance[:, :, 2:]], dim=2)
        points = center.repeat(1, 5) + raw[:, :, 5:] * stride
        return raw[:, :, 0], boxes, points

    def forward(self, image: Tensor) -> List[Tuple[Tensor, Tensor, Tensor]]:
        """Finds candidate faces, best first, without suppressing overlapping ones.

        image: [B,3,H,W], RGB in [0,1], H and W multiples of 32. Returns for each image the boxes
        [N,4] (x1, y1, x2, y2 in px), scores [N] above 0.02 and points [N,5,2] in px; N <= 1000.
        """
        logits, boxes, points = self.dense(image)
        scores = torch.sigmoid(logits)
        results: List[Tuple[Tensor, Tensor, Tensor]] = []
        for b in range(image.shape[0]):
            order = torch.argsort(scores[b], descending=True)[:self.max_candidates]
            order = order[scores[b][order] > self.min_score]
            results.append((boxes[b][order], scores[b][order],
                            points[b][order].reshape(-1, 5, 2)))
        return results
