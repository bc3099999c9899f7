# SPDX-License-Identifier: Apache-2.0
"""Inception-V3 with a dense head, for gender."""

from typing import Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Keras' defaults.
NORM_EPSILON = 1e-3
NORM_MOMENTUM = 0.01

# A layer of the head: ("norm", 0), or (activation, units) for a dense layer. The last dense layer,
# with one unit, is not listed.
HeadLayer = Tuple[str, int]
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def default_head(units: int) -> Sequence[HeadLayer]:
    """BatchNorm, dense, BatchNorm, dense, dense, BatchNorm."""
    return (("norm", 0), ("relu", 2 * units), ("norm", 0), ("relu", units), ("relu", units),
            ("norm", 0))


class ShiftNorm(nn.Module):
    """BatchNorm with a shift but no scale, as in Keras' Inception-V3: [B,C,H,W] -> [B,C,H,W]."""

    def __init__(self, channels: int):
        super().__init__()
        self.epsilon = NORM_EPSILON
        self.momentum = NORM_MOMENTUM
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(x, self.running_mean, self.running_var, None, self.bias, self.training,
                            self.momentum, self.epsilon)


class ConvUnit(nn.Module):
    """Convolution, BatchNorm, ReLU; `same` keeps the size at stride 1."""

    def __init__(self, in_channels: int, out_channels: int, kernel: Tuple[int, int],
                 stride: int = 1, same: bool = True):
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2) if same else (0, 0)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, padding, bias=False)
        self.norm = ShiftNorm(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(x)))


class Pool(nn.Module):
    """Mean over 3x3 cells; cells outside the map do not count."""

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


class Branches(nn.Module):
    """Runs branches on one input and concatenates their channels."""

    def __init__(self, *branches: nn.Module):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def chain(channels: int, *layers: Tuple[int, Tuple[int, int]]) -> nn.Sequential:
    """A chain of convolutions, each given as (out_channels, kernel)."""
    units = []
    for out_channels, kernel in layers:
        units.append(ConvUnit(channels, out_channels, kernel))
        channels = out_channels
    return nn.Sequential(*units)


def mixed35(channels: int, pooled: int, d: int) -> Branches:
    """Inception block of 35 x 35 cells (Szegedy et al. 2016, figure 5)."""
    return Branches(
        chain(channels, (64 // d, (1, 1))),
        chain(channels, (48 // d, (1, 1)), (64 // d, (5, 5))),
        chain(channels, (64 // d, (1, 1)), (96 // d, (3, 3)), (96 // d, (3, 3))),
        nn.Sequential(Pool(), chain(channels, (pooled // d, (1, 1)))))


def reduce35(channels: int, d: int) -> Branches:
    """Reduces 35 x 35 to 17 x 17 cells (Szegedy et al. 2016, figure 10)."""
    return Branches(
        ConvUnit(channels, 384 // d, (3, 3), 2, same=False),
        nn.Sequential(chain(channels, (64 // d, (1, 1)), (96 // d, (3, 3))),
                      ConvUnit(96 // d, 96 // d, (3, 3), 2, same=False)),
        nn.MaxPool2d(3, 2))


def mixed17(channels: int, hidden: int, d: int) -> Branches:
    """Inception block of 17 x 17 cells with 7 x 1 and 1 x 7 convolutions (figure 6 there)."""
    h = hidden // d
    return Branches(
        chain(channels, (192 // d, (1, 1))),
        chain(channels, (h, (1, 1)), (h, (1, 7)), (192 // d, (7, 1))),
        chain(channels, (h, (1, 1)), (h, (7, 1)), (h, (1, 7)), (h, (7, 1)), (192 // d, (1, 7))),
        nn.Sequential(Pool(), chain(channels, (192 // d, (1, 1)))))


def reduce17(channels: int, d: int) -> Branches:
    """Reduces 17 x 17 to 8 x 8 cells."""
    return Branches(
        nn.Sequential(chain(channels, (192 // d, (1, 1))),
                      ConvUnit(192 // d, 320 // d, (3, 3), 2, same=False)),
        nn.Sequential(chain(channels, (192 // d, (1, 1)), (192 // d, (1, 7)), (192 // d, (7, 1))),
                      ConvUnit(192 // d, 192 // d, (3, 3), 2, same=False)),
        nn.MaxPool2d(3, 2))


def mixed8(channels: int, d: int) -> Branches:
    """Inception block of 8 x 8 cells with branches that fork (figure 7 there)."""
    def fork() -> Branches:
        return Branches(ConvUnit(384 // d, 384 // d, (1, 3)), ConvUnit(384 // d, 384 // d, (3, 1)))

    return Branches(
        chain(channels, (320 // d, (1, 1))),
        nn.Sequential(chain(channels, (384 // d, (1, 1))), fork()),
        nn.Sequential(chain(channels, (448 // d, (1, 1)), (384 // d, (3, 3))), fork()),
        nn.Sequential(Pool(), chain(channels, (192 // d, (1, 1)))))


def features(d: int) -> nn.Sequential:
    """[B,3,S,S] -> [B,2048/d,T,T], T about S/32 - 2; convolutions in Keras' order."""
    return nn.Sequential(
        ConvUnit(3, 32 // d, (3, 3), 2, same=False),
        ConvUnit(32 // d, 32 // d, (3, 3), same=False),
        ConvUnit(32 // d, 64 // d, (3, 3)), nn.MaxPool2d(3, 2),
        ConvUnit(64 // d, 80 // d, (1, 1), same=False),
        ConvUnit(80 // d, 192 // d, (3, 3), same=False), nn.MaxPool2d(3, 2),
        mixed35(192 // d, 32, d), mixed35(256 // d, 64, d), mixed35(288 // d, 64, d),
        reduce35(288 // d, d),
        mixed17(768 // d, 128, d), mixed17(768 // d, 160, d), mixed17(768 // d, 160, d),
        mixed17(768 // d, 192, d), reduce17(768 // d, d), mixed8(1280 // d, d),
        mixed8(2048 // d, d))


def head(channels: int, layers: Sequence[HeadLayer], dropout: float) -> nn.Sequential:
    """[B,channels] -> [B,1], the logit of the second class."""
    parts = []
    for kind, units in layers:
        if kind == "norm":
            parts.append(nn.BatchNorm1d(channels, eps=NORM_EPSILON, momentum=NORM_MOMENTUM))
        else:
            parts += [nn.Linear(channels, units), ACTIVATIONS[kind]()]
            channels = units
    return nn.Sequential(*parts, nn.Dropout(dropout), nn.Linear(channels, 1))


class InceptionV3(nn.Module):
    """Inception-V3 (Szegedy et al. 2016) as Keras builds it, global average, and a dense head.

    The default head is that of the gender classifier of Modak et al. (2022), which was found by a
    search; a published file may hold another one. divisor: divides the widths, 1, 2, 4, 8 or 16;
    layers: layers of the head, default_head() if None; dropout: rate before the last layer.
    """

    def __init__(self, divisor: int = 1, layers: Sequence[HeadLayer] = None,
                 dropout: float = 0.005):
        super().__init__()
        if layers is None:
            layers = default_head(1024 // divisor)
        self.features = features(divisor)
        self.head = head(2048 // divisor, layers, dropout)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")

    def forward(self, face: Tensor) -> Tensor:
        """face: [B,3,S,S], RGB in [0,1], S at least 75 (256 in use).

        Returns logits [B,2] of female and male, whose softmax is (1 - p, p), where p is the sigmoid
        output of the published network.
        """
        logit = self.head(self.features(face).mean(dim=[2, 3])).float()
        return torch.cat([torch.zeros_like(logit), logit], dim=1)
