# SPDX-License-Identifier: Apache-2.0
"""Generator of whole faces from codes: MobileStyleGAN (Belousov 2021, arXiv 2104.04767).

A StyleGAN2 (Karras et al. 2020) whose convolutions are depthwise separable and whose layers double
the side by an inverse Haar wavelet transform. The trained weights are those of PyPI's random-face
2021.7.21.1 (Apache-2.0), distilled from a StyleGAN2 of the FFHQ faces: 10 M parameters.
"""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CODES = 23
"""Codes of a face: one for the constant, three for each of the seven layers, one for the color."""

CODE_SIZE = 512

LAYERS: List[Tuple[int, int, int]] = [(512, 512, 8), (512, 512, 16), (512, 512, 32), (512, 512, 64),
                                      (512, 256, 128), (256, 128, 256), (128, 64, 512)]
"""Channels in, channels out and side in px of each layer; channels in are four sub-bands."""


def leaky(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)


def inverse_haar(x: Tensor) -> Tensor:
    """[B,4*C,H,W] -> [B,C,2*H,2*W]: the picture whose Haar wavelet transform `x` is.

    The first C channels are the means; then follow three details of each channel. Works on channels
    last, where it is one copy of whole pixels.
    """
    batch, bands, height, width = x.shape
    channels = bands // 4
    if bands <= 256:  # A product with the whole matrix is faster than adding parts of pixels.
        same = torch.eye(channels, device=x.device)
        signs = torch.tensor([[1.0, 1.0, 1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, -1.0],
                              [-1.0, -1.0, 1.0]], device=x.device)
        corners = [torch.cat([same, torch.kron(same, signs[i:i + 1])], dim=1) for i in range(4)]
        matrix = (torch.cat(corners) * 0.5).to(x.dtype)
        x = torch.conv2d(x, matrix.unsqueeze(2).unsqueeze(3)).permute(0, 2, 3, 1)
        picture = x.reshape(batch, height, width, 2, 2, channels).permute(0, 1, 3, 2, 4, 5)
    else:
        x = x.permute(0, 2, 3, 1)
        mean = x[..., :channels]
        details = x[..., channels:].reshape(batch, height, width, channels, 3)
        vertical = details[..., 0]
        horizontal = details[..., 1]
        diagonal = details[..., 2]
        upper = mean + vertical
        lower = mean - vertical
        slope = horizontal + diagonal
        counter = horizontal - diagonal
        top = torch.stack([upper + slope, upper - slope], dim=3)
        bottom = torch.stack([lower + counter, lower - counter], dim=3)
        picture = torch.stack([top, bottom], dim=2) * 0.5
    return picture.reshape(batch, 2 * height, 2 * width, channels).permute(0, 3, 1, 2)


def shifted(x: Tensor, noise: Tensor) -> Tensor:
    """Adds noise [1,1,S,S] to [B,C,S,S] and activates it, in place."""
    return F.leaky_relu_(x.add_(noise.to(x.dtype)), 0.2)


class Style(nn.Module):
    """A code to a factor for each channel: [B,512] -> [B,channels,1,1]."""

    def __init__(self, channels: int, scale: float = 1.0):
        super().__init__()
        self.scale = scale
        self.weight = nn.Parameter(torch.randn(channels, CODE_SIZE) * CODE_SIZE ** -0.5)
        self.bias = nn.Parameter(torch.ones(channels))

    def forward(self, code: Tensor) -> Tensor:
        return (F.linear(code, self.weight, self.bias) * self.scale).unsqueeze(2).unsqueeze(3)


class StyledConvolution(nn.Module):
    """Depthwise 3x3 and pointwise convolution of what a code scales: [B,C,S,S] -> [B,C',S,S]."""

    def __init__(self, in_channels: int, out_channels: int, side: int):
        super().__init__()
        self.groups = in_channels
        self.dw = nn.Parameter(torch.randn(in_channels, 1, 3, 3) / 3.0)
        self.pw = nn.Parameter(torch.randn(out_channels, in_channels, 1, 1) *
                               (2.0 / in_channels) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(1, out_channels, 1, 1))
        self.style = Style(in_channels)
        self.register_buffer("noise", torch.zeros(1, 1, side, side))

    def forward(self, x: Tensor, code: Tensor, top: int = 0) -> Tensor:
        """`x` may be a strip of whole rows from row `top` on."""
        x = x * self.style(code)
        x = torch.conv2d(x, self.dw, None, [1, 1], [1, 1], [1, 1], self.groups)
        noise = self.noise[:, :, top:top + x.shape[2]]
        return shifted(torch.conv2d(x, self.pw, self.bias.flatten()), noise)


class Layer(nn.Module):
    """Doubles the side: [B,C,S/2,S/2] and codes [B,3,512] -> [B,C',S,S].

    A strip of rows from row `top` on gives the strip from row 2 * `top` on, whose two outer rows on
    each side are only right where the picture ends.
    """

    def __init__(self, in_channels: int, out_channels: int, side: int):
        super().__init__()
        self.up = Style(in_channels)
        self.conv1 = StyledConvolution(in_channels // 4, out_channels, side)
        self.conv2 = StyledConvolution(out_channels, out_channels, side)

    def forward(self, x: Tensor, codes: Tensor, top: int = 0) -> Tensor:
        x = inverse_haar(x * self.up(codes[:, 0]))
        return self.conv2(self.conv1(x, codes[:, 1], 2 * top), codes[:, 2], 2 * top)


class Mapping(nn.Module):
    """Normal numbers to a code: [B,512] -> [B,512]."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, CODE_SIZE, CODE_SIZE) * CODE_SIZE ** -0.5)
        self.bias = nn.Parameter(torch.zeros(8, CODE_SIZE))

    def forward(self, z: Tensor) -> Tensor:
        x = z * torch.rsqrt((z * z).mean(dim=1, keepdim=True) + 1e-8)
        for i in range(8):
            x = leaky(F.linear(x, self.weight[i], self.bias[i])) * 1.4142135
        return x


class Synthesis(nn.Module):
    """The layers, and the color of the last one as four sub-bands of a picture of 1024 px."""

    def __init__(self):
        super().__init__()
        channels = LAYERS[0][0]
        self.const = nn.Parameter(torch.randn(1, channels, 4, 4))
        self.conv = nn.Parameter(torch.randn(channels, channels, 3, 3) * (9 * channels) ** -0.5)
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.register_buffer("noise", torch.zeros(1, 1, 4, 4))
        self.style = Style(channels)
        self.layers = nn.ModuleList([Layer(*layer) for layer in LAYERS])
        last = LAYERS[-1][1]
        self.rgb_style = Style(last)
        self.rgb = nn.Parameter(torch.randn(12, last, 1, 1) * last ** -0.5)
        self.rgb_bias = nn.Parameter(torch.zeros(1, 12, 1, 1))
        self.strips = 4

    def begin(self, code: Tensor) -> Tensor:
        """[B,512] -> [B,512,4,4]."""
        x = self.const * self.style(code)
        x = torch.conv2d(x, self.conv, self.bias.flatten(), [1, 1], [1, 1])
        return shifted(x, self.noise)

    def color(self, x: Tensor, code: Tensor) -> Tensor:
        """[B,64,512,512] and [B,512] -> RGB about [-1,1], [B,3,512,512]: the mean sub-band."""
        bands = torch.conv2d(x * self.rgb_style(code), self.rgb[:3])
        return (bands + self.rgb_bias[:, :3]) * 0.5

    def finish(self, x: Tensor, codes: Tensor) -> Tensor:
        """[B,128,256,256] and all codes [B,23,512] -> RGB about [-1,1], [B,3,512,512].

        Works in strips, since the last layer's features of a whole face take 64 MB each.
        """
        strips: List[Tensor] = []
        height = x.shape[2]
        rows = height // self.strips
        for first in range(0, height, rows):
            top = max(0, first - 1)
            bottom = min(height, first + rows + 1)
            features = self.layers[6](x[:, :, top:bottom], codes[:, 19:22], top)
            color = self.color(features, codes[:, 22])
            strips.append(color[:, :, 2 * (first - top):2 * (first - top + rows)])
        return torch.cat(strips, dim=2)


class FaceGenerator(nn.Module):
    """Faces of people who do not exist, aligned as those of FFHQ.

    At 256 px the eye centers lie near (97, 123) and (159, 123). Buffers mean_w and std_w [512]: mean
    of the codes, and their standard deviation at truncations of 0.5 to 1 (truncated code =
    mean_w + psi * (code - mean_w)).
    """

    def __init__(self):
        super().__init__()
        self.mapping = Mapping()
        self.synthesis = Synthesis()
        self.register_buffer("mean_w", torch.zeros(CODE_SIZE))
        self.register_buffer("std_w", torch.ones(CODE_SIZE))
        self.register_buffer("head128", torch.randn(3, LAYERS[4][1], 1, 1) * LAYERS[4][1] ** -0.5)
        self.register_buffer("bias128", torch.zeros(3))
        self.register_buffer("head256", torch.randn(3, LAYERS[5][1], 1, 1) * LAYERS[5][1] ** -0.5)
        self.register_buffer("bias256", torch.zeros(3))

    @torch.jit.export
    def codes(self, z: Tensor) -> Tensor:
        """Normal numbers [B,512] -> one code [B,512], the same for all layers of a face."""
        return self.mapping(z)

    @torch.jit.export
    def at(self, codes: Tensor, size: int) -> Tensor:
        """Codes [B,23,512] -> RGB about [0,1], not clamped, [B,3,size,size]; size 128, 256 or 512.

        At 128 and 256 px the color comes from linear heads on inner layers.
        """
        x = self.synthesis.begin(codes[:, 0])
        for i, layer in enumerate(self.synthesis.layers):
            if x.shape[3] < min(size, 256):
                x = layer(x, codes[:, 3 * i + 1:3 * i + 4])
        if size == 128:
            y = torch.conv2d(x, self.head128, self.bias128)
        elif size == 256:
            y = torch.conv2d(x, self.head256, self.bias256)
        else:
            y = self.synthesis.finish(x, codes)
        return y * 0.5 + 0.5

    def forward(self, codes: Tensor) -> Tensor:
        """Codes [B,23,512] -> RGB about [0,1], not clamped, [B,3,512,512]."""
        return self.at(codes, 512)
