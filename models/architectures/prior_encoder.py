# SPDX-License-Identifier: Apache-2.0
"""Encoder of masked faces into the codes of a face generator."""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import ConvNormAct, ResidualBlock, initialize, pull_push, space_to_depth
from face_generator import CODES, CODE_SIZE

SIDE = 256
"""Side in px at which a face is encoded."""


class PriorEncoder(nn.Module):
    """A masked face to the codes of the face under the mask.

    The trunk is that of InpaintingGenerator, whose trained weights it can start from; two strided
    stages more see the whole face at 4x4. The codes are a common one plus an offset for each layer
    (as pSp and e4e: Richardson et al. 2021, Tov et al. 2021), in units of `std_w` from `mean_w`.
    """

    def __init__(self, hidden: int = 128, features: int = 512):
        super().__init__()
        self.side = SIDE
        self.code_count = CODES
        self.encode4 = nn.Sequential(ConvNormAct(80, 96), ConvNormAct(96, 96))
        self.encode8 = nn.Sequential(ConvNormAct(96, 192, stride=2), ConvNormAct(192, 192))
        self.encode16 = ConvNormAct(192, 256, stride=2)
        self.context = nn.Sequential(
            *[ResidualBlock(256, hidden, dilation) for dilation in (1, 2, 4, 4, 2, 1)])
        self.encode32 = ConvNormAct(256, 384, stride=2)
        self.encode64 = nn.Sequential(ConvNormAct(384, 512, stride=2), ConvNormAct(512, 256, 1))
        self.whole = nn.Linear(256 * 16, features)
        self.common = nn.Linear(features, CODE_SIZE)
        self.offsets = nn.Linear(features, CODES * CODE_SIZE)
        self.register_buffer("mean_w", torch.zeros(CODE_SIZE))
        self.register_buffer("std_w", torch.ones(CODE_SIZE))
        initialize(self)
        nn.init.kaiming_normal_(self.whole.weight, nonlinearity="relu")
        nn.init.zeros_(self.offsets.weight)

    def prepare(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        """What the trunk is given, [B,5,256,256]: the face, filled smoothly where nothing is known, the
        mask and the map."""
        factor = face.shape[3] // self.side
        if factor > 1:
            mask = F.max_pool2d(mask, factor)
            face = F.avg_pool2d(face, factor)
            landmark_map = F.avg_pool2d(landmark_map, factor)
        known = (mask < 1.0).to(face.dtype)
        smooth = pull_push((face * 2.0 - 1.0) * known, known, 6)
        return torch.cat([smooth, mask, landmark_map], dim=1)

    def trunk(self, given: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Features at 1/4, 1/8 and 1/16: [B,96,64,64], [B,192,32,32] and [B,256,16,16]."""
        at4 = self.encode4(space_to_depth(given, 4))
        at8 = self.encode8(at4)
        return at4, at8, self.context(self.encode16(at8))

    def codes(self, at16: Tensor) -> Tensor:
        """Features at 1/16 -> codes [B,23,512]."""
        at64 = self.encode64(self.encode32(at16))
        seen = F.leaky_relu(self.whole(at64.flatten(1)), 0.2)
        offsets = self.offsets(seen).float().reshape(-1, self.code_count, self.mean_w.shape[0])
        return self.mean_w + self.std_w * (self.common(seen).float().unsqueeze(1) + offsets)

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        """The codes of a face, aligned as those of FFHQ.

        face: [B,3,S,S], RGB in [0,1], with a guess in the hole; S 256 or 512.
        mask: [B,1,S,S], what each pixel of the face is: 0 visible, 0.5 of another photo of the same
            person, 0.75 painted by another network, 1 unknown (the pixel is not looked at).
        landmark_map: [B,1,S,S] in [0,1].
        Returns [B,23,512].
        """
        return self.codes(self.trunk(self.prepare(face, mask, landmark_map))[2])
