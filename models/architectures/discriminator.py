"""Patch discriminator for adversarial training of the inpainter. It is not shipped."""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import SNConv2d, space_to_depth


class PatchDiscriminator(nn.Module):
    """Judges overlapping patches (Isola et al. 2017) with spectral normalisation."""

    def __init__(self):
        super().__init__()
        self.conv2 = SNConv2d(16, 64, 3, padding=1)
        self.conv4 = SNConv2d(64, 96, 4, stride=2, padding=1)
        self.conv8 = SNConv2d(96, 192, 4, stride=2, padding=1)
        self.conv8b = SNConv2d(192, 256, 3, padding=1)
        self.output = SNConv2d(256, 1, 3, padding=1)

    def forward(self, face: Tensor, landmark_map: Tensor) -> Tuple[Tensor, List[Tensor]]:
        """Judges a face.

        face: [B,3,S,S], RGB in [0,1]; landmark_map: [B,1,S,S] in [0,1]; S a multiple of 8.
        Returns the logits of the patches, [B,1,S/8,S/8] (large means real), and four feature
        maps for feature matching: [B,64,S/2,S/2], [B,96,S/4,S/4], [B,192,S/8,S/8] and
        [B,256,S/8,S/8].
        """
        x = space_to_depth(torch.cat([face * 2.0 - 1.0, landmark_map], dim=1), 2)
        at2 = F.leaky_relu(self.conv2(x), 0.2)
        at4 = F.leaky_relu(self.conv4(at2), 0.2)
        at8 = F.leaky_relu(self.conv8(at4), 0.2)
        at8b = F.leaky_relu(self.conv8b(at8), 0.2)
        return self.output(at8b), [at2, at4, at8, at8b]
