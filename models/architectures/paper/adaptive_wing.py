# SPDX-License-Identifier: Apache-2.0
"""Stacked hourglass that finds facial points and the boundary through them."""

from typing import List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Number of times that an hourglass halves the resolution.
LEVELS = 4


def coordinates(x: Tensor, boundary: Optional[Tensor]) -> Tensor:
    """CoordConv coordinates of each cell of x [B,C,H,W]: row, column in [-1,1], radius in [0,1].

    With a boundary map [B,1,H,W], also the row and column of cells on the boundary, where the map
    exceeds 0.05, and 0 elsewhere. Returns [B,3,H,W] or [B,5,H,W].
    """
    batch, height, width = x.size(0), x.size(2), x.size(3)
    ys = torch.linspace(-1.0, 1.0, height, device=x.device).reshape(1, 1, height, 1)
    xs = torch.linspace(-1.0, 1.0, width, device=x.device).reshape(1, 1, 1, width)
    row = ys.expand(batch, 1, height, width)
    column = xs.expand(batch, 1, height, width)
    radius = (row * row + column * column).sqrt() / 2.0 ** 0.5
    channels = [row, column, radius]
    if boundary is not None:
        on_line = (boundary > 0.05).to(row.dtype)
        channels = channels + [row * on_line, column * on_line]
    return torch.cat(channels, dim=1).to(x.dtype)


class HierarchicalBlock(nn.Module):
    """Three 3x3 convolutions whose outputs are joined, and a shortcut (Bulat and Tzimiropoulos
    2017): [B,in_channels,H,W] -> [B,out_channels,H,W].
    """

    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        half, quarter = out_channels // 2, out_channels // 4
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, half, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(half)
        self.conv2 = nn.Conv2d(half, quarter, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(quarter)
        self.conv3 = nn.Conv2d(quarter, quarter, 3, padding=1, bias=False)
        self.shortcut = nn.Sequential()
        if in_channels != out_channels:
            self.shortcut = nn.Sequential(nn.BatchNorm2d(in_channels), nn.ReLU(),
                                          nn.Conv2d(in_channels, out_channels, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        first = self.conv1(F.relu(self.norm1(x)))
        second = self.conv2(F.relu(self.norm2(first)))
        third = self.conv3(F.relu(self.norm3(second)))
        return torch.cat([first, second, third], dim=1) + self.shortcut(x)


class HourglassLevel(nn.Module):
    """One level of an hourglass with all lower levels inside it: [B,C,H,W] -> [B,C,H,W]."""

    def __init__(self, channels: int, levels: int):
        super().__init__()
        self.beside = HierarchicalBlock(channels, channels)
        self.before = HierarchicalBlock(channels, channels)
        self.inner = (HourglassLevel(channels, levels - 1) if levels > 1
                      else HierarchicalBlock(channels, channels))
        self.after = HierarchicalBlock(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.after(self.inner(self.before(F.avg_pool2d(x, 2))))
        return self.beside(x) + F.interpolate(inner, scale_factor=2.0, mode="nearest")


class Stack(nn.Module):
    """An hourglass that is given the coordinates of its cells, and its heatmaps.

    [B,C,H,W] and the previous stack's heatmaps -> features [B,C,H,W], heatmaps [B,maps,H,W]. The
    first stack ignores the heatmaps.
    """

    def __init__(self, channels: int, maps: int, first: bool):
        super().__init__()
        self.first = first
        self.place = nn.Conv2d(channels + (3 if first else 5), channels, 1)
        self.hourglass = HourglassLevel(channels, LEVELS)
        self.top = HierarchicalBlock(channels, channels)
        self.conv = nn.Conv2d(channels, channels, 1)
        self.norm = nn.BatchNorm2d(channels)
        self.output = nn.Conv2d(channels, maps, 1)

    def forward(self, x: Tensor, heatmaps: Tensor) -> List[Tensor]:
        boundary: Optional[Tensor] = None
        if not self.first:
            boundary = heatmaps[:, -1:]
        x = self.place(torch.cat([x, coordinates(x, boundary)], dim=1))
        x = F.relu(self.norm(self.conv(self.top(self.hourglass(x)))))
        return [x, self.output(x)]


class Link(nn.Module):
    """Adds the features and heatmaps of a stack to the input of the next one."""

    def __init__(self, channels: int, maps: int):
        super().__init__()
        self.features = nn.Conv2d(channels, channels, 1)
        self.heatmaps = nn.Conv2d(maps, channels, 1)

    def forward(self, x: Tensor, features: Tensor, heatmaps: Tensor) -> Tensor:
        return x + self.features(features) + self.heatmaps(heatmaps)


class AdaptiveWing(nn.Module):
    """Stacked hourglass (Newell et al. 2016) of Wang et al., Adaptive Wing Loss for Robust Face
    Alignment via Heatmap Regression (2019), with CoordConv (Liu et al. 2018) on the boundary.

    points: 98 (WFLW) or 68 (iBUG); stacks: 4 in the paper; width: channels of an hourglass, 256 in
    the paper, a multiple of 8.
    """

    def __init__(self, points: int = 98, stacks: int = 4, width: int = 256):
        super().__init__()
        maps = points + 1  # The last one is the boundary.
        self.stem = nn.Conv2d(6, width // 4, 7, 2, 3)
        self.stem_norm = nn.BatchNorm2d(width // 4)
        self.block1 = HierarchicalBlock(width // 4, width // 2)
        self.block2 = HierarchicalBlock(width // 2, width // 2)
        self.block3 = HierarchicalBlock(width // 2, width)
        self.hourglasses = nn.ModuleList([Stack(width, maps, i == 0) for i in range(stacks)])
        self.links = nn.ModuleList([Link(width, maps) for _ in range(stacks - 1)])

    @torch.jit.export
    def stacks(self, face: Tensor) -> List[Tensor]:
        """face: [B,3,S,S], RGB in [0,1], S a multiple of 64 (256 in the paper).

        Returns the heatmaps of each stack, [B,K+1,S/4,S/4]: the points', then the boundary.
        """
        x = F.relu(self.stem_norm(self.stem(torch.cat([face, coordinates(face, None)], dim=1))))
        x = self.block3(self.block2(F.avg_pool2d(self.block1(x), 2)))
        found: List[Tensor] = [x, x]
        outputs: List[Tensor] = []
        for i, stack in enumerate(self.hourglasses):
            found = stack(x, found[1])
            outputs.append(found[1].float())
            for j, link in enumerate(self.links):
                if i == j:
                    x = link(x, found[0], found[1])
        return outputs

    def forward(self, face: Tensor) -> Tensor:
        """face: [B,3,S,S], RGB in [0,1]. Returns the points' heatmaps [B,K,S/4,S/4]: peaks of 1."""
        return self.stacks(face)[-1][:, :-1]
