# SPDX-License-Identifier: Apache-2.0
"""Transposed convolution computed with ordinary convolutions."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TransposedConv2d(nn.Module):
    """Like nn.ConvTranspose2d with stride 2: [B,in_channels,H,W] -> [B,out_channels,2H,2W].

    kernel: 2, or 4 with padding 1. LibTorch 1.13 computes transposed convolutions slowly and not in
    bfloat16, so each of the four sub-pixels is an ordinary convolution with its part of the kernel.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int):
        super().__init__()
        if kernel not in (2, 4):
            raise ValueError(f"kernel: {kernel} is neither 2 nor 4; choose one of them")
        self.margin = kernel // 2 - 1
        self.weight = nn.Parameter(torch.empty(in_channels, out_channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        nn.init.normal_(self.weight, std=(8.0 / (in_channels * kernel * kernel)) ** 0.5)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.size(2) + self.margin, x.size(3) + self.margin
        if self.margin > 0:
            x = F.pad(x, [1, 1, 1, 1])
        # Row 2i + a of the output uses every second row of the kernel, in reverse order.
        taps = self.weight.transpose(0, 1).flip([2, 3])
        parts = []
        for a in range(2):
            for b in range(2):
                seen = x[:, :, a * self.margin:a * self.margin + height,
                         b * self.margin:b * self.margin + width]
                rows = a if self.margin > 0 else 1 - a
                columns = b if self.margin > 0 else 1 - b
                share = taps[:, :, rows::2, columns::2]
                parts.append(F.conv2d(seen, share, self.bias))
        stacked = torch.stack(parts, dim=2)  # [B,out,4,H,W], in pixel_shuffle()'s order.
        return F.pixel_shuffle(stacked.flatten(1, 2), 2)
