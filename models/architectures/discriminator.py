# SPDX-License-Identifier: Apache-2.0
"""Patch discriminator for adversarial training of the inpainter; not used at run time."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import SNConv2d


class PatchHead(nn.Module):
    """Judges each position of a feature map, with spectral normalization."""

    def __init__(self, in_channels: int, channels: int):
        super().__init__()
        self.register_buffer("level", torch.zeros(1))  # Running mean of the absolute features.
        self.reduce = SNConv2d(in_channels, channels, 1)
        self.compare = SNConv2d(channels + 2, channels, 3, padding=1)
        self.output = SNConv2d(channels, 1, 1)

    def forward(self, features: Tensor, known: Tensor) -> Tensor:
        """features: [B,C,H,W]; known: [B,2,S,S]. Returns logits [B,1,H,W]."""
        if self.training:
            with torch.no_grad():
                seen = features.abs().mean().to(self.level.dtype)
                self.level.copy_(torch.where(self.level > 0.0, torch.lerp(self.level, seen, 0.01),
                                             seen))
        scale = torch.where(self.level > 0.0, self.level, torch.ones_like(self.level))
        x = F.leaky_relu(self.reduce(features / scale), 0.2)
        places = F.adaptive_avg_pool2d(known, [x.shape[2], x.shape[3]]).to(x.dtype)
        x = F.leaky_relu(self.compare(torch.cat([x, places], dim=1)), 0.2)
        return self.output(x)


class PatchDiscriminator(nn.Module):
    """Judges the patches of a face by the features of a frozen face recognition network.

    With trained features it becomes useful within minutes (projected GANs, Sauer et al. 2021); on
    pixels it would first have to learn features.
    """

    def __init__(self, channels: List[int] = [128, 256, 512]):
        super().__init__()
        self.at2 = PatchHead(channels[0], 64)
        self.at4 = PatchHead(channels[1], 96)
        self.at8 = PatchHead(channels[2], 128)

    def forward(self, features: List[Tensor], known: Tensor) -> List[Tensor]:
        """Judges a face.

        features: the network's maps of an aligned face of S px, [B,C,S/2,S/2], [B,C',S/4,S/4] and
        [B,C",S/8,S/8]; known: [B,2,S,S] in [0,1], hole and landmark map aligned with the face.
        Returns the logits at each position of each map (large means real).
        """
        return [self.at2(features[0], known), self.at4(features[1], known),
                self.at8(features[2], known)]

    def example(self, size: int) -> List[object]:
        """Random inputs for an aligned face of `size` px."""
        maps = [torch.rand(1, head.reduce.weight.size(1), size // reduction, size // reduction)
                for head, reduction in ((self.at2, 2), (self.at4, 4), (self.at8, 8))]
        return [maps, torch.rand(1, 2, size, size)]
