# SPDX-License-Identifier: Apache-2.0
"""Blocks shared by the networks of demask.

Every block is scriptable (torch.jit.script), works on float NCHW tensors of any batch size and
uses dense convolutions with BatchNorm, which torch.jit.freeze folds into the convolution.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Conv2d(nn.Module):
    """Zero-padded convolution with square kernels: [B,in_channels,H,W] -> [B,out_channels,H',W'].

    Like nn.Conv2d, but its sizes are not part of its type: TorchScript compiles every type when it
    loads a module, so this is one type for all convolutions, not one for each pair of widths.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1,
                 padding: int = 0, dilation: int = 1, bias: bool = True):
        super().__init__()
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kernel, kernel))
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_channels)) if bias else None)

    def forward(self, x: Tensor) -> Tensor:
        return torch.conv2d(x, self.weight, self.bias, [self.stride, self.stride],
                            [self.padding, self.padding], [self.dilation, self.dilation])


class BatchNorm2d(nn.Module):
    """Like nn.BatchNorm2d, but one type for all numbers of channels: [B,C,H,W] -> [B,C,H,W]."""

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.num_batches_tracked.add_(1)
        return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var,
                                self.training, 0.1, 1e-5, True)


class ConvNormAct(nn.Sequential):
    """Convolution, BatchNorm, ReLU: [B,in_channels,H,W] -> [B,out_channels,H/stride,W/stride].

    `padded`: the caller has already padded the input by dilation * (kernel // 2).
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1,
                 dilation: int = 1, padded: bool = False):
        padding = 0 if padded else dilation * (kernel // 2)
        super().__init__(
            Conv2d(in_channels, out_channels, kernel, stride, padding, dilation, bias=False),
            BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and an identity path: [B,C,H,W] -> [B,C,H,W] (He et al. 2016).

    The first convolution maps C to `hidden` channels and is dilated; the second maps back. The
    scale of the last BatchNorm starts at zero (Goyal et al. 2017), so that a fresh block is the
    identity.
    """

    def __init__(self, channels: int, hidden: int, dilation: int = 1):
        super().__init__()
        # oneDNN computes convolutions padded by more than 3 with a matrix product whose rounding
        # depends on the batch and the number of threads, so their input is padded beforehand.
        self.margin = dilation if dilation > 3 else 0
        self.reduce = ConvNormAct(channels, hidden, dilation=dilation, padded=self.margin > 0)
        self.expand = Conv2d(hidden, channels, 3, padding=1, bias=False)
        self.norm = BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        padded = F.pad(x, [self.margin] * 4) if self.margin > 0 else x
        return F.relu(x + self.norm(self.expand(self.reduce(padded))))


def space_to_depth(x: Tensor, factor: int) -> Tensor:
    """[B,C,H,W] -> [B,C*factor^2,H/factor,W/factor], like F.pixel_unshuffle, which is several times
    slower in LibTorch 1.13."""
    batch, channels, height, width = x.shape
    cells = x.reshape(batch, channels, height // factor, factor, width // factor, factor)
    return cells.permute(0, 1, 3, 5, 2, 4).reshape(
        batch, channels * factor * factor, height // factor, width // factor)


def depth_to_space(x: Tensor, factor: int) -> Tensor:
    """[B,C*factor^2,H,W] -> [B,C,H*factor,W*factor], the inverse of space_to_depth(), like
    F.pixel_shuffle."""
    batch, depth, height, width = x.shape
    channels = depth // (factor * factor)
    cells = x.reshape(batch, channels, factor, factor, height, width)
    return cells.permute(0, 1, 4, 2, 5, 3).reshape(
        batch, channels, height * factor, width * factor)


class PixelShuffleUpsample(nn.Module):
    """1x1 convolution and pixel shuffle: [B,in_channels,H,W] -> [B,out_channels,2H,2W]."""

    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.conv = Conv2d(in_channels, 4 * out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return depth_to_space(self.conv(x), 2)


def double_nearest(x: Tensor) -> Tensor:
    """[B,C,H,W] -> [B,C,2H,2W] by nearest neighbor.

    Avoids F.interpolate, every mode of which TorchScript compiles when it loads a module.
    """
    return torch._C._nn.upsample_nearest2d(x, None, [2.0, 2.0])


def double_bilinear(x: Tensor) -> Tensor:
    """[B,C,H,W] -> [B,C,2H,2W], like F.interpolate(..., mode="bilinear", align_corners=False)."""
    return torch._C._nn.upsample_bilinear2d(x, None, False, [2.0, 2.0])


def pull_push(colors: Tensor, known: Tensor, levels: int) -> Tensor:
    """Fills unknown pixels smoothly from known ones (Gortler et al. 1996).

    colors: [B,C,S,S], zero where unknown; known: [B,1,S,S], 1 where known and 0 elsewhere; S: a
    multiple of 2**levels. Returns [B,C,S,S], equal to `colors` where they are known.
    """
    epsilon = 1e-6
    average = (colors.mean([2, 3], keepdim=True) /
               known.mean([2, 3], keepdim=True).clamp(min=epsilon))
    pyramid = [(colors, known)]
    for _ in range(levels):
        colors = F.avg_pool2d(colors, 2)
        known = F.avg_pool2d(known, 2)
        pyramid.append((colors, known))
    filled = (colors + epsilon * average) / (known + epsilon)
    for i in range(levels):
        colors, known = pyramid[levels - 1 - i]
        filled = colors + (1.0 - known) * double_bilinear(filled)
    return filled


class SNConv2d(nn.Module):
    """Convolution with spectral normalization (Miyato et al. 2018).

    [B,in_channels,H,W] -> [B,out_channels,H',W']. The weight is divided by its largest singular
    value, estimated by one power iteration per forward call in training mode; in evaluation mode
    the stored singular vectors are used unchanged.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1,
                 padding: int = 0, bias: bool = True):
        super().__init__()
        self.stride = stride
        self.padding = padding
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kernel, kernel))
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_channels)) if bias else None)
        nn.init.orthogonal_(self.weight)
        self.register_buffer("u", F.normalize(torch.randn(out_channels), dim=0))
        self.register_buffer("v", F.normalize(torch.randn(in_channels * kernel * kernel), dim=0))
        self.iterate(16)

    def iterate(self, steps: int) -> None:
        """Updates the stored singular vectors by `steps` power iterations."""
        with torch.no_grad():
            matrix = self.weight.flatten(1)
            for _ in range(steps):
                self.v.copy_(F.normalize(torch.mv(matrix.t(), self.u), dim=0))
                self.u.copy_(F.normalize(torch.mv(matrix, self.v), dim=0))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.iterate(1)
        # Copies, because autograd keeps them and a second call before backward changes the buffers.
        u = self.u.clone()
        v = self.v.clone()
        sigma = torch.dot(u, torch.mv(self.weight.flatten(1), v))
        return F.conv2d(x, self.weight / sigma, self.bias, [self.stride, self.stride],
                        [self.padding, self.padding])


def initialize(module: nn.Module) -> None:
    """Initializes the convolutions, linear layers and norms of `module` in place.

    Weights are He normal; the four sub-pixels of an upsampling layer start equal (ICNR, Aitken et
    al. 2017) to avoid checkerboard artifacts; the last norm of a residual block starts at zero.
    """
    for part in module.modules():
        if isinstance(part, (Conv2d, nn.Conv2d)):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=0.01)
            nn.init.zeros_(part.bias)
    for part in module.modules():
        if isinstance(part, ResidualBlock):
            nn.init.zeros_(part.norm.weight)
        elif isinstance(part, PixelShuffleUpsample):
            with torch.no_grad():
                weight = part.conv.weight
                weight.copy_(weight[::4].repeat_interleave(4, dim=0))


def initialize_output(conv: nn.Module, bias: float = 0.0) -> None:
    """Gives an output layer small weights and a constant bias, in place."""
    nn.init.normal_(conv.weight, std=0.01)
    nn.init.constant_(conv.bias, bias)
