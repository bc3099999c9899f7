"""Discriminator on a face-recognition network's feature maps, for adversarial training of the
inpainter. It is not shipped."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import SNConv2d


class FeatureHead(nn.Module):
    """Judges each place of one feature map, with spectral normalisation."""

    def __init__(self, in_channels: int, channels: int):
        super().__init__()
        self.register_buffer("level", torch.zeros(1))
        self.reduce = SNConv2d(in_channels, channels, 1)
        self.compare = SNConv2d(channels + 2, channels, 3, padding=1)
        self.output = SNConv2d(channels, 1, 1)

    def forward(self, features: Tensor, known: Tensor) -> Tensor:
        """features: [B,C,H,W]; known: [B,2,H',W'], hole and landmark map. Returns [B,1,H,W]."""
        if self.training:
            with torch.no_grad():
                level = features.abs().mean().to(self.level.dtype)
                self.level.copy_(torch.where(self.level > 0.0, torch.lerp(self.level, level, 0.01),
                                             level))
        x = F.leaky_relu(self.reduce(features / self.level.clone()), 0.2)
        at = F.adaptive_avg_pool2d(known, [x.shape[2], x.shape[3]])
        x = F.leaky_relu(self.compare(torch.cat([x, at.to(x.dtype)], dim=1)), 0.2)
        return self.output(x)


class EmbeddingDiscriminator(nn.Module):
    """Judges a face by what a frozen network sees in it (Sauer et al. 2021, projected GANs)."""

    def __init__(self):
        super().__init__()
        self.at2 = FeatureHead(128, 64)
        self.at4 = FeatureHead(256, 96)
        self.at8 = FeatureHead(512, 128)

    def forward(self, features: List[Tensor], known: Tensor) -> List[Tensor]:
        """features: [B,128,S/2,S/2], [B,256,S/4,S/4], [B,512,S/8,S/8] of the aligned face; known:
        [B,2,S,S], hole and landmark map as seen in it.

        Returns the logits at each place of each map (large means real).
        """
        return [self.at2(features[0], known), self.at4(features[1], known),
                self.at8(features[2], known)]
