# SPDX-License-Identifier: Apache-2.0
"""Gender classifier for a canonical face, masked or bare."""

from typing import Sequence

import torch
from torch import Tensor, nn

from blocks import ConvNormAct, ResidualBlock, initialize, space_to_depth


class GenderClassifier(nn.Module):
    """Small residual network with global average pooling.

    widths: channels at 1/8, 1/16 and 1/32 of the input; dropout: rate before the last layer.
    """

    def __init__(self, widths: Sequence[int] = (64, 128, 160), dropout: float = 0.3):
        super().__init__()
        at8, at16, at32 = widths
        self.features = nn.Sequential(
            ConvNormAct(48, at8, stride=2), ResidualBlock(at8, at8), ResidualBlock(at8, at8),
            ConvNormAct(at8, at16, stride=2), ResidualBlock(at16, at16), ResidualBlock(at16, at16),
            ConvNormAct(at16, at32, stride=2), ResidualBlock(at32, at32), ResidualBlock(at32, at32))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(at32, 2)
        initialize(self)

    def forward(self, face: Tensor) -> Tensor:
        """face: [B,3,S,S], RGB in [0,1], S a multiple of 32. Returns logits [B,2]: female, male."""
        return self.decide(self.embed(face))

    @torch.jit.export
    def embed(self, face: Tensor) -> Tensor:
        """face: as for forward(). Returns features [B,widths[2]] for decide()."""
        return self.features(space_to_depth((face * 2.0).sub_(1.0), 4)).mean(dim=[2, 3])

    @torch.jit.export
    def decide(self, features: Tensor) -> Tensor:
        """features: from embed(). Returns logits [B,2]: female, male."""
        return self.output(self.dropout(features)).float()
