# SPDX-License-Identifier: Apache-2.0
"""Landmark-guided generator of a face under a mask, and its discriminator."""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import SNConv2d
from paper.upsampling import TransposedConv2d


def normalized(channels: int, conv: nn.Module) -> List[nn.Module]:
    """A convolution, instance normalization (Ulyanov et al. 2016) and ReLU."""
    return [conv, nn.InstanceNorm2d(channels), nn.ReLU()]


class ReflectionPad(nn.Module):
    """Mirrors the border outward: [B,C,H,W] -> [B,C,H+2*margin,W+2*margin]."""

    def __init__(self, margin: int):
        super().__init__()
        self.margin = margin

    def forward(self, x: Tensor) -> Tensor:
        # LibTorch 1.13 has no reflection padding in bfloat16.
        return F.pad(x.float(), [self.margin] * 4, mode="reflect").to(x.dtype)


class DilatedBlock(nn.Module):
    """3x3 convolutions of dilation 2 and 1 and an identity path: [B,C,H,W] -> [B,C,H,W]."""

    def __init__(self, channels: int):
        super().__init__()
        self.convs = nn.Sequential(
            ReflectionPad(2),
            *normalized(channels, nn.Conv2d(channels, channels, 3, dilation=2)),
            ReflectionPad(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.convs(x)


class SelfAttention(nn.Module):
    """Self-attention: each position gathers features from similar ones (Zheng et al. 2019).

    x: [B,C,H,W]. Returns x plus `gain` times the gathered features, [B,C,H,W], and the attention
    [B,HW,HW].
    """

    def __init__(self, channels: int):
        super().__init__()
        self.query = nn.Conv2d(channels, channels // 4, 1)
        self.gain = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        query = self.query(x).flatten(2)
        attention = torch.softmax(torch.bmm(query.transpose(1, 2), query), dim=2)
        return x + self.gain * gather(x, attention), attention


def gather(x: Tensor, attention: Tensor) -> Tensor:
    """For each position, sums x [B,C,H,W] over positions, weighted by its attention [B,HW,HW]."""
    return torch.bmm(x.flatten(2), attention.transpose(1, 2)).reshape(x.shape)


class LongShortAttention(nn.Module):
    """Attention to the decoder's own features and to the encoder's (Zheng et al. 2019).

    Visible parts of the encoder's features are kept; the hole is filled with similar features.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.short = SelfAttention(channels)
        self.gain = nn.Parameter(torch.zeros(1))
        self.conv1 = SNConv2d(2 * channels, channels, 3, padding=1)
        self.conv2 = SNConv2d(channels, channels, 3, padding=1)
        self.shortcut = SNConv2d(2 * channels, channels, 1)

    def forward(self, x: Tensor, encoded: Tensor, mask: Tensor) -> Tensor:
        """x and encoded: [B,C,H,W]; mask: [B,1,H,W], 1 in the hole. Returns [B,C,H,W]."""
        short, attention = self.short(x)
        long = self.gain * mask * gather(encoded, attention) + (1.0 - mask) * encoded
        both = torch.cat([short, long], dim=1)
        inner = self.conv1(F.leaky_relu(both, 0.01))
        return self.conv2(F.leaky_relu(inner, 0.01)) + self.shortcut(both)


class LandmarkGenerator(nn.Module):
    """Generator of Yang et al., LaFIn: Generative Landmark Guided Face Inpainting (2019).

    Encoder, seven dilated residual blocks, long-short attention, and a decoder whose skip
    connections pass only visible features. width: channels at full size, 64 in the paper.
    """

    def __init__(self, width: int = 64, blocks: int = 7):
        super().__init__()
        w1, w2, w4 = width, 2 * width, 4 * width
        self.encode1 = nn.Sequential(ReflectionPad(3), *normalized(w1, nn.Conv2d(4, w1, 7)))
        self.encode2 = nn.Sequential(*normalized(w2, nn.Conv2d(w1, w2, 4, 2, 1)))
        self.encode4 = nn.Sequential(*normalized(w4, nn.Conv2d(w2, w4, 4, 2, 1)))
        self.context = nn.Sequential(*[DilatedBlock(w4) for _ in range(blocks)])
        self.attention = LongShortAttention(w4)
        self.decode2 = nn.Sequential(*normalized(w2, TransposedConv2d(w4, w2, 4)))
        self.fuse2 = nn.Sequential(*normalized(w4, nn.Conv2d(w4, w4, 1)))
        self.decode1 = nn.Sequential(*normalized(w1, TransposedConv2d(w4, w1, 4)))
        self.fuse1 = nn.Sequential(*normalized(w2, nn.Conv2d(w2, w2, 1)))
        self.output = nn.Sequential(ReflectionPad(3), nn.Conv2d(w2, 3, 7))
        for part in self.modules():
            if isinstance(part, (nn.Conv2d, TransposedConv2d, SNConv2d)):
                nn.init.normal_(part.weight, std=0.02)
                nn.init.zeros_(part.bias)

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        """Paints a whole face.

        face: [B,3,S,S], RGB in [0,1], the hole zeroed; S a multiple of 4 (256 in the paper).
        mask: [B,1,S,S], 1 inside the hole and 0 elsewhere.
        landmark_map: [B,1,S,S] in [0,1].
        Returns [B,3,S,S], RGB in [0,1]; only the pixels inside the hole are meaningful.
        """
        # The hole is white, as in the published code.
        visible = face * (1.0 - mask) + mask
        size = face.size(2)
        mask2 = F.interpolate(mask, [size // 2, size // 2], mode="bilinear", align_corners=True)
        mask4 = F.interpolate(mask, [size // 4, size // 4], mode="bilinear", align_corners=True)
        at1 = self.encode1(torch.cat([visible, landmark_map], dim=1))
        at2 = self.encode2(at1)
        at4 = self.encode4(at2)
        x = self.attention(self.context(at4), at4, mask4)
        x = self.fuse2(torch.cat([at2 * (1.0 - mask2), self.decode2(x)], dim=1))
        x = self.fuse1(torch.cat([at1 * (1.0 - mask), self.decode1(x)], dim=1))
        return torch.tanh(self.output(x).float()) * 0.5 + 0.5


class LandmarkDiscriminator(nn.Module):
    """Patch discriminator of LaFIn (2019), spectrally normalized, with attention at S/4.

    width: channels at S/2, 64 in the paper.
    """

    def __init__(self, width: int = 64):
        super().__init__()
        self.conv2 = SNConv2d(4, width, 4, 2, 1, bias=False)
        self.conv4 = SNConv2d(width, 2 * width, 4, 2, 1, bias=False)
        self.attention = SelfAttention(2 * width)
        self.conv8 = SNConv2d(2 * width, 4 * width, 4, 2, 1, bias=False)
        self.conv8b = SNConv2d(4 * width, 8 * width, 4, 1, 1, bias=False)
        self.output = SNConv2d(8 * width, 1, 4, 1, 1, bias=False)

    def forward(self, face: Tensor, landmark_map: Tensor) -> Tuple[Tensor, List[Tensor]]:
        """Judges a face.

        face: [B,3,S,S], RGB in [0,1]; landmark_map: [B,1,S,S] in [0,1]; S a multiple of 8, at
        least 24.
        Returns the logits of the patches, [B,1,S/8-2,S/8-2] (large means real), and four feature
        maps for feature matching, at S/2, S/4, S/8 and S/8 - 1.
        """
        at2 = F.leaky_relu(self.conv2(torch.cat([face, landmark_map], dim=1)), 0.2)
        at4, _ = self.attention(F.leaky_relu(self.conv4(at2), 0.2))
        at8 = F.leaky_relu(self.conv8(at4), 0.2)
        at8b = F.leaky_relu(self.conv8b(at8), 0.2)
        return self.output(at8b).float(), [at2, at4, at8, at8b]
