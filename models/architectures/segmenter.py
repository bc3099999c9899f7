# SPDX-License-Identifier: Apache-2.0
"""Segments the face mask and its straps in a canonical face."""

import torch
from torch import Tensor, nn

from blocks import (Conv2d, ConvNormAct, PixelShuffleUpsample, ResidualBlock, depth_to_space,
                    initialize, initialize_output, space_to_depth)


class MaskSegmenter(nn.Module):
    """U-Net (Ronneberger et al. 2015) from S/4 down to S/32 on space-to-depth pixels."""

    def __init__(self):
        super().__init__()
        self.encode4 = nn.Sequential(ConvNormAct(48, 32), ResidualBlock(32, 32))
        self.encode8 = nn.Sequential(ConvNormAct(32, 64, stride=2), ResidualBlock(64, 64))
        self.encode16 = nn.Sequential(ConvNormAct(64, 96, stride=2), ResidualBlock(96, 96))
        self.encode32 = nn.Sequential(ConvNormAct(96, 128, stride=2), ResidualBlock(128, 128),
                                      ResidualBlock(128, 128, dilation=2))
        self.upsample16 = PixelShuffleUpsample(128, 96)
        self.decode16 = ConvNormAct(192, 96)
        self.upsample8 = PixelShuffleUpsample(96, 64)
        self.decode8 = ConvNormAct(128, 64)
        self.upsample4 = PixelShuffleUpsample(64, 32)
        self.decode4 = ConvNormAct(64, 32)
        self.output = Conv2d(32, 2 * 16, 3, padding=1)
        initialize(self)
        initialize_output(self.output)

    @torch.jit.export
    def logits(self, face: Tensor) -> Tensor:
        """Segments a face, without the final sigmoid.

        face: [B,3,S,S], RGB in [0,1], S a multiple of 32 (256 in use). Returns logits [B,2,S,S]
        of the mask and of straps outside it.
        """
        at4 = self.encode4(space_to_depth((face * 2.0).sub_(1.0), 4))
        at8 = self.encode8(at4)
        at16 = self.encode16(at8)
        x = self.encode32(at16)
        x = self.decode16(torch.cat([self.upsample16(x), at16], dim=1))
        x = self.decode8(torch.cat([self.upsample8(x), at8], dim=1))
        x = self.decode4(torch.cat([self.upsample4(x), at4], dim=1))
        return depth_to_space(self.output(x).float(), 4)

    def forward(self, face: Tensor) -> Tensor:
        """face: [B,3,S,S], RGB in [0,1]. Returns probabilities [B,2,S,S] of mask and straps."""
        return torch.sigmoid(self.logits(face))
