# SPDX-License-Identifier: Apache-2.0
"""Residual network (He et al. 2016) with a feature pyramid (Lin et al. 2017)."""

from typing import List

import torch.nn.functional as F
from torch import Tensor, nn

# Keras' defaults, with which the published weights were trained.
NORM_EPSILON = 1e-3
NORM_MOMENTUM = 0.01

# Number of blocks in each of the four stages.
DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


def norm(channels: int) -> nn.BatchNorm2d:
    """BatchNorm with Keras' defaults."""
    return nn.BatchNorm2d(channels, eps=NORM_EPSILON, momentum=NORM_MOMENTUM)


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions and a shortcut: [B,C,H,W] -> [B,4*width,H/stride,W/stride].

    The first convolution has the stride and all convolutions have a bias, as in the matterport
    weights. The scale of the last norm starts at zero (Goyal et al. 2017).
    """

    def __init__(self, in_channels: int, width: int, stride: int, projected: bool):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 1, stride)
        self.norm1 = norm(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.norm2 = norm(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1)
        self.norm3 = norm(4 * width)
        self.shortcut = nn.Sequential()
        if projected:
            self.shortcut = nn.Sequential(nn.Conv2d(in_channels, 4 * width, 1, stride),
                                          norm(4 * width))
        nn.init.zeros_(self.norm3.weight)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.norm1(self.conv1(x)))
        inner = F.relu(self.norm2(self.conv2(inner)))
        return F.relu(self.norm3(self.conv3(inner)) + self.shortcut(x))


def stage(in_channels: int, width: int, blocks: int, stride: int) -> nn.Sequential:
    """Bottlenecks of one resolution; the first changes size and width."""
    first = Bottleneck(in_channels, width, stride, True)
    return nn.Sequential(first, *[Bottleneck(4 * width, width, 1, False)
                                  for _ in range(blocks - 1)])


class ResNetFPN(nn.Module):
    """Feature maps of strides 4, 8, 16, 32 and 64 with `channels` channels each.

    depth: 50 or 101 layers; width: channels of the stem, 64 in the paper.
    """

    def __init__(self, depth: int, width: int, channels: int):
        super().__init__()
        blocks = DEPTHS[depth]
        self.stem = nn.Conv2d(3, width, 7, 2, 3)
        self.stem_norm = norm(width)
        self.stage2 = stage(width, width, blocks[0], 1)
        self.stage3 = stage(4 * width, 2 * width, blocks[1], 2)
        self.stage4 = stage(8 * width, 4 * width, blocks[2], 2)
        self.stage5 = stage(16 * width, 8 * width, blocks[3], 2)
        self.lateral2 = nn.Conv2d(4 * width, channels, 1)
        self.lateral3 = nn.Conv2d(8 * width, channels, 1)
        self.lateral4 = nn.Conv2d(16 * width, channels, 1)
        self.lateral5 = nn.Conv2d(32 * width, channels, 1)
        self.smooth2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.smooth3 = nn.Conv2d(channels, channels, 3, padding=1)
        self.smooth4 = nn.Conv2d(channels, channels, 3, padding=1)
        self.smooth5 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> List[Tensor]:
        """x: [B,3,S,S], S a multiple of 64. Returns five maps, finest first."""
        x = F.relu(self.stem_norm(self.stem(x)))
        # TensorFlow's "same" padding pads an even side only on the right and at the bottom.
        x = F.max_pool2d(F.pad(x, [0, 1, 0, 1]), 3, 2)
        c2 = self.stage2(x)
        c3 = self.stage3(c2)
        c4 = self.stage4(c3)
        p5 = self.lateral5(self.stage5(c4))
        p4 = self.lateral4(c4) + F.interpolate(p5, scale_factor=2.0, mode="nearest")
        p3 = self.lateral3(c3) + F.interpolate(p4, scale_factor=2.0, mode="nearest")
        p2 = self.lateral2(c2) + F.interpolate(p3, scale_factor=2.0, mode="nearest")
        p5 = self.smooth5(p5)
        return [self.smooth2(p2), self.smooth3(p3), self.smooth4(p4), p5, p5[:, :, ::2, ::2]]
