# SPDX-License-Identifier: Apache-2.0
"""Generator that paints the face under a mask, guided by landmarks."""

import torch
from torch import Tensor, nn

from blocks import (Conv2d, ConvNormAct, PixelShuffleUpsample, ResidualBlock, depth_to_space,
                    initialize, initialize_output, pull_push, space_to_depth)


class InpaintingGenerator(nn.Module):
    """Encoder, dilated residual blocks, a decoder with skip connections, and a refinement.

    Based on the landmark-guided generator of Yang et al. (LaFIn, 2019). The hole is first filled
    smoothly from its surroundings, so that skin tone and light reach every cell at once and the
    network learns only the difference. The trunk runs at S/4, S/8 and S/16; its blocks see 20
    cells of 16 px to each side, all of a 256 px face. The refinement runs at full resolution, where
    it blends the painted pixels into the visible ones; it starts as the identity.
    """

    def __init__(self, hidden: int = 128):
        super().__init__()
        self.encode4 = nn.Sequential(ConvNormAct(80, 96), ConvNormAct(96, 96))
        self.encode8 = nn.Sequential(ConvNormAct(96, 192, stride=2), ConvNormAct(192, 192))
        self.encode16 = ConvNormAct(192, 256, stride=2)
        self.context = nn.Sequential(
            *[ResidualBlock(256, hidden, dilation) for dilation in (1, 2, 4, 4, 2, 1)])
        self.upsample8 = PixelShuffleUpsample(256, 192)
        self.decode8 = ConvNormAct(384, 192)
        self.upsample4 = PixelShuffleUpsample(192, 96)
        self.decode4 = nn.Sequential(ConvNormAct(192, 96), ConvNormAct(96, 96))
        self.upsample2 = PixelShuffleUpsample(96, 32)
        self.decode2 = ConvNormAct(52, 32)
        self.output = Conv2d(32, 12, 3, padding=1)
        self.refine = nn.Sequential(ConvNormAct(8, 24), ConvNormAct(24, 24))
        self.correction = Conv2d(24, 3, 3, padding=1)
        initialize(self)
        initialize_output(self.output)
        nn.init.zeros_(self.correction.weight)

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        """Paints a whole face.

        face: [B,3,S,S], RGB in [0,1], the hole zeroed; S a multiple of 64.
        mask: [B,1,S,S], 1 inside the hole and 0 elsewhere.
        landmark_map: [B,1,S,S] in [0,1].
        Returns [B,3,S,S], RGB in [0,1]; only the pixels inside the hole are meaningful.
        """
        known = 1.0 - mask
        smooth = pull_push((face * 2.0 - 1.0) * known, known, 6)
        given = torch.cat([smooth, mask, landmark_map], dim=1)
        at4 = self.encode4(space_to_depth(given, 4))
        at8 = self.encode8(at4)
        x = self.context(self.encode16(at8))
        x = self.decode8(torch.cat([self.upsample8(x), at8], dim=1))
        x = self.decode4(torch.cat([self.upsample4(x), at4], dim=1))
        x = self.decode2(torch.cat([self.upsample2(x), space_to_depth(given, 2)], dim=1))
        # The inverse of tanh by logarithms: atanh in LibTorch 1.13 is not vectorized.
        inside = smooth.clamp(-0.98, 0.98)
        before_tanh = 0.5 * torch.log((1.0 + inside) / (1.0 - inside))
        x = depth_to_space(self.output(x).float(), 2) + before_tanh
        refined = self.refine(torch.cat([torch.tanh(x), given], dim=1))
        x = x + self.correction(refined).float()
        return torch.tanh(x) * 0.5 + 0.5
