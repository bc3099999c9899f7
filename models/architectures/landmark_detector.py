# SPDX-License-Identifier: Apache-2.0
"""Finds the landmarks of a face, including those under a mask."""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import (Conv2d, ConvNormAct, PixelShuffleUpsample, ResidualBlock, initialize,
                    initialize_output, space_to_depth)

# A point's confidence is the probability of an error below this fraction of the crop's side.
CONFIDENCE_RADIUS = 0.02
# Elementwise kernels round a tensor's whole vectors and its remainder differently. Rows of this
# many numbers are whole vectors, so that a face's confidence does not depend on its batch.
ROW = 96
# Number of points of the iBUG scheme.
POINTS = 68
# Lower bound of the Laplace scale, far below the noise of any label; it bounds the likelihood.
MIN_SCALE = 5e-4


class LandmarkDetector(nn.Module):
    """Hourglass with integral regression (Sun et al. 2018) and a Laplace scale for each point.

    The encoder reaches 1/32 of the input, where every cell sees the whole face, so that hidden
    points can be inferred from visible ones.
    """

    def __init__(self):
        super().__init__()
        self.confidence_radius = CONFIDENCE_RADIUS
        self.min_scale = MIN_SCALE
        self.row = ROW
        self.encode8 = nn.Sequential(ConvNormAct(48, 96, stride=2), ResidualBlock(96, 64))
        self.encode16 = nn.Sequential(ConvNormAct(96, 192, stride=2), ResidualBlock(192, 96))
        self.encode32 = nn.Sequential(
            ConvNormAct(192, 192, stride=2),
            *[ResidualBlock(192, 160, dilation) for dilation in (1, 2, 1)])
        self.upsample16 = PixelShuffleUpsample(192, 192)
        self.decode16 = ConvNormAct(192, 128)
        self.upsample8 = PixelShuffleUpsample(128, 96)
        self.decode8 = ConvNormAct(96, 96)
        self.heatmap = Conv2d(96, POINTS, 1)
        self.local_scale = nn.Parameter(torch.zeros(POINTS, 96))
        self.global_scale = nn.Linear(192, POINTS)
        initialize(self)
        initialize_output(self.heatmap)
        # softplus(-3) = 0.05 of the crop's side, about the error of an untrained network.
        nn.init.constant_(self.global_scale.bias, -3.0)

    @torch.jit.export
    def predict(self, face: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Finds the points (K = 68), with the scales and heatmaps that a loss needs.

        face: [B,3,S,S], RGB in [0,1], S a multiple of 32 (160 in use).
        Returns the points [B,K,2] as (x, y) in fractions of the crop's side; their Laplace scales
        b [B,K] in the same unit, with p(d) = exp(-d / b) / b over the distance d of a point; and
        the heatmaps [B,K,S/8,S/8], each summing to 1.
        """
        at8 = self.encode8(space_to_depth((face * 2.0).sub_(1.0), 4))
        at16 = self.encode16(at8)
        at32 = self.encode32(at16)
        x = self.decode16(self.upsample16(at32) + at16)
        features = self.decode8(self.upsample8(x) + at8)

        logits = self.heatmap(features).float()
        batch, count, height, width = logits.shape
        flat = torch.softmax(logits.reshape(batch, count, height * width), dim=2)
        heatmaps = flat.reshape(batch, count, height, width)
        xs = (torch.arange(width, device=face.device, dtype=torch.float32) + 0.5) / width
        ys = (torch.arange(height, device=face.device, dtype=torch.float32) + 0.5) / height
        points = torch.stack([(heatmaps.sum(dim=2) * xs).sum(dim=2),
                              (heatmaps.sum(dim=3) * ys).sum(dim=2)], dim=2)

        # The scale reads the features under each heatmap but must not move the heatmap. It uses a
        # convolution, as a matrix product would start BLAS threads in addition to oneDNN's.
        local = F.conv2d(features, self.local_scale.unsqueeze(2).unsqueeze(3)).float()
        scale_logits = (flat.detach() * local.flatten(2)).sum(dim=2)
        # A matrix product's kernel, and so its rounding, would depend on the size of the batch.
        pooled = at32.float().mean(dim=[2, 3]).unsqueeze(1)
        scale_logits = scale_logits + (pooled * self.global_scale.weight).sum(dim=2)
        padded = F.pad(scale_logits + self.global_scale.bias, [0, self.row - count])
        return points, F.softplus(padded)[:, :count] + self.min_scale, heatmaps

    def forward(self, face: Tensor) -> Tuple[Tensor, Tensor]:
        """Finds the points.

        face: [B,3,S,S], RGB in [0,1]. Returns the points [B,K,2] as (x, y) in [0,1] and, for each,
        the confidence [B,K]: the probability that it is within 2 % of the crop's side.
        """
        points, scale, _ = self.predict(face)
        count = scale.size(1)
        padded = F.pad(-self.confidence_radius / scale, [0, self.row - count])
        return points, 1.0 - torch.exp(padded)[:, :count]
