# SPDX-License-Identifier: Apache-2.0
"""Inpainter with a generative prior: an encoder whose features modulate a generator of faces."""

from typing import List, Tuple

import torch
from torch import Tensor, nn

from blocks import Conv2d, ConvNormAct, PixelShuffleUpsample, initialize, space_to_depth
from face_generator import LAYERS, Synthesis, leaky
from prior_encoder import PriorEncoder

MODULATED: List[Tuple[int, int]] = [(1, 128), (2, 96), (3, 64), (4, 32), (5, 16)]
"""Layer of the generator (16 to 256 px) and channels of the condition that modulates it."""


class Modulation(nn.Module):
    """Split spatial feature transform (Wang et al. 2021, GFPGAN, section 3.3; SFT: Wang et al. 2018).

    Scales and shifts the second half of a layer's channels at each place by what the encoder saw
    there; the first half stays the generator's own. Starts as the identity.
    """

    def __init__(self, condition_channels: int, channels: int):
        super().__init__()
        self.half = channels // 2
        self.look = Conv2d(condition_channels, condition_channels, 3, padding=1)
        self.scale = Conv2d(condition_channels, channels - self.half, 1)
        self.shift = Conv2d(condition_channels, channels - self.half, 1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x: [B,C,S,S]; condition: [B,C',S,S]. Returns [B,C,S,S]."""
        look = leaky(self.look(condition))
        bias = self.scale.bias
        assert bias is not None
        scale = torch.conv2d(look, self.scale.weight, bias + 1.0)
        moved = torch.addcmul(self.shift(look), scale, x[:, self.half:])
        return torch.cat([x[:, :self.half], moved], dim=1)


class PriorInpainter(nn.Module):
    """Paints the face under a mask at up to 512 px.

    The encoder finds the codes of the whole face and, by a decoder with skip connections, a
    condition at each place, which carries on what is visible; the generator (Belousov 2021) decides
    the rest. After GFPGAN (Wang et al. 2021) and GPEN (Yang et al. 2021).
    """

    def __init__(self):
        super().__init__()
        self.encoder = PriorEncoder()
        self.synthesis = Synthesis()
        self.head128 = nn.Parameter(torch.randn(3, LAYERS[4][1], 1, 1) * LAYERS[4][1] ** -0.5)
        self.bias128 = nn.Parameter(torch.zeros(3))
        self.head256 = nn.Parameter(torch.randn(3, LAYERS[5][1], 1, 1) * LAYERS[5][1] ** -0.5)
        self.bias256 = nn.Parameter(torch.zeros(3))
        self.decode16 = ConvNormAct(256, 128, 1)
        self.upsample8 = PixelShuffleUpsample(128, 96)
        self.decode8 = ConvNormAct(96 + 192, 96)
        self.upsample4 = PixelShuffleUpsample(96, 64)
        self.decode4 = ConvNormAct(64 + 96, 64)
        self.upsample2 = PixelShuffleUpsample(64, 32)
        self.decode2 = ConvNormAct(32 + 20, 32)
        self.upsample1 = PixelShuffleUpsample(32, 16)
        self.decode1 = ConvNormAct(16 + 5, 16)
        self.modulations = nn.ModuleList(
            [Modulation(channels, LAYERS[layer][1]) for layer, channels in MODULATED])
        self.first_modulated = MODULATED[0][0]
        for part in (self.decode16, self.upsample8, self.decode8, self.upsample4, self.decode4,
                     self.upsample2, self.decode2, self.upsample1, self.decode1, self.modulations):
            initialize(part)
        for modulation in self.modulations:
            nn.init.zeros_(modulation.scale.weight)
            nn.init.zeros_(modulation.shift.weight)

    @torch.jit.export
    def see(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tuple[Tensor, List[Tensor]]:
        """The codes [B,23,512] of a face and the conditions of the layers, for paint().

        face: [B,3,S,S], RGB in [0,1], with a guess in the hole, aligned as those of FFHQ; S 256 or
            512.
        mask: [B,1,S,S], what each pixel of the face is: 0 visible, 0.5 of another photo of the same
            person, 0.75 painted by another network, 1 unknown (the pixel is not looked at).
        landmark_map: [B,1,S,S] in [0,1].
        """
        given = self.encoder.prepare(face, mask, landmark_map)
        at4, at8, at16 = self.encoder.trunk(given)
        x16 = self.decode16(at16)
        x8 = self.decode8(torch.cat([self.upsample8(x16), at8], dim=1))
        x4 = self.decode4(torch.cat([self.upsample4(x8), at4], dim=1))
        x2 = self.decode2(torch.cat([self.upsample2(x4), space_to_depth(given, 2)], dim=1))
        x1 = self.decode1(torch.cat([self.upsample1(x2), given], dim=1))
        return self.encoder.codes(at16), [x16, x8, x4, x2, x1]

    @torch.jit.export
    def paint(self, codes: Tensor, conditions: List[Tensor], size: int) -> Tensor:
        """The face of codes [B,23,512] under conditions, or without any where the list is empty.

        size: side in px, 128, 256 or 512. Returns RGB about [0,1], not clamped, [B,3,size,size].
        """
        x = self.synthesis.begin(codes[:, 0])
        for i, layer in enumerate(self.synthesis.layers):
            if x.shape[3] < min(size, 256):
                x = layer(x, codes[:, 3 * i + 1:3 * i + 4])
                for k, modulation in enumerate(self.modulations):
                    if k + self.first_modulated == i and k < len(conditions):
                        x = modulation(x, conditions[k])
        if size == 128:
            y = torch.conv2d(x, self.head128, self.bias128)
        elif size == 256:
            y = torch.conv2d(x, self.head256, self.bias256)
        else:
            y = self.synthesis.finish(x, codes)
        return y.float() * 0.5 + 0.5

    @torch.jit.export
    def encode(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        """The codes [B,23,512] of a face given as to see()."""
        return self.encoder(face, mask, landmark_map)

    @torch.jit.export
    def at(self, codes: Tensor, size: int) -> Tensor:
        """The face of codes alone, without conditions, as paint()."""
        return self.paint(codes, [], size)

    @torch.jit.export
    def synthesize(self, codes: Tensor) -> Tensor:
        """The face of codes alone, without conditions, [B,3,512,512]."""
        return self.paint(codes, [], 512)

    def forward(self, face: Tensor, mask: Tensor, landmark_map: Tensor) -> Tensor:
        """The face under the mask, given as to see(): RGB about [0,1], [B,3,512,512]."""
        codes, conditions = self.see(face, mask, landmark_map)
        return self.paint(codes, conditions, 512)
