# SPDX-License-Identifier: Apache-2.0
"""Pools regions of a feature map, in plain PyTorch.

Both operators sample bilinearly but at different points: roi_align() averages several points of
each bin (He et al. 2017); crop_and_resize() takes one point per bin, from edge to edge of the
region, like tf.image.crop_and_resize, with which the matterport weights were trained.
"""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor


def sample(features: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Samples features [C,H,W] bilinearly at columns x [N,P] and rows y [N,Q]: [N,C,Q,P].

    Coordinates count from the center of the first cell; beyond the outer cells' centers the border
    value is used.
    """
    height = features.size(1)
    width = features.size(2)
    # grid_sample() expects -1 and 1 at the centers of the outer cells.
    gx = x * (2.0 / max(width - 1, 1)) - 1.0
    gy = y * (2.0 / max(height - 1, 1)) - 1.0
    regions, columns = x.size(0), x.size(1)
    rows = y.size(1)
    grid = torch.stack([gx[:, None, :].expand(regions, rows, columns),
                        gy[:, :, None].expand(regions, rows, columns)], dim=3)
    # One tall image of all regions, because a batch of regions would need as many feature maps.
    tall = grid.reshape(1, regions * rows, columns, 2)
    values = F.grid_sample(features[None].float(), tall, mode="bilinear", padding_mode="border",
                           align_corners=True)
    values = values.reshape(features.size(0), regions, rows, columns).transpose(0, 1)
    return values.to(features.dtype)


def crop_and_resize(features: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Crops regions and resizes them to side x side (side > 1).

    features: [C,H,W]; boxes: [N,4] as fractions, in [0,1], of the distance between the centers of
    the outer cells. Returns [N,C,side,side].
    """
    steps = torch.linspace(0.0, 1.0, side, device=boxes.device)
    x = boxes[:, 0:1] + (boxes[:, 2:3] - boxes[:, 0:1]) * steps
    y = boxes[:, 1:2] + (boxes[:, 3:4] - boxes[:, 1:2]) * steps
    return sample(features, x * (features.size(2) - 1), y * (features.size(1) - 1))


def bin_samples(start: Tensor, extent: Tensor, bins: int, samples: int) -> Tensor:
    """Places `samples` points evenly in each of `bins` equal parts: [N] -> [N,bins*samples]."""
    steps = (torch.arange(bins * samples, device=start.device) + 0.5) / (bins * samples)
    return start[:, None] + extent[:, None] * steps


def roi_align(features: Tensor, boxes: Tensor, side: int, scale: float, samples: int,
              aligned: bool) -> Tensor:
    """RoIAlign (He et al. 2017) with the semantics of torchvision.ops.roi_align.

    features: [C,H,W]; boxes: [N,4] in px; scale: cells per px; samples: points per bin along each
    axis, at least 1; aligned: shifts the boxes by half a cell, to cell centers. Returns
    [N,C,side,side]. Points more than one cell outside the map count as 0.
    """
    offset = 0.5 if aligned else 0.0
    start = boxes[:, :2] * scale - offset
    extent = boxes[:, 2:] * scale - offset - start
    if not aligned:
        extent = extent.clamp(min=1.0)
    x = bin_samples(start[:, 0], extent[:, 0], side, samples)
    y = bin_samples(start[:, 1], extent[:, 1], side, samples)
    values = sample(features, x, y)
    seen_x = ((x >= -1.0) & (x <= features.size(2))).to(values.dtype)
    seen_y = ((y >= -1.0) & (y <= features.size(1))).to(values.dtype)
    values = values * seen_x[:, None, None, :] * seen_y[:, None, :, None]
    return F.avg_pool2d(values, samples)


def pyramid_levels(boxes: Tensor, levels: int) -> Tensor:
    """Level of each box in px; 0 is the finest (Lin et al. 2017, equation 1; 224 px is level 2)."""
    side = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-6).prod(dim=1).sqrt()
    return (2.0 + torch.log2(side / 224.0).round()).clamp(0, levels - 1).long()


def pool_pyramid(pyramid: List[Tensor], boxes: Tensor, size: int, side: int,
                 crop: bool) -> Tensor:
    """Pools each box from the level of a feature pyramid that suits its size.

    pyramid: maps [C,H,W] of strides 4, 8, ... of a square image of `size` px; boxes: [N,4] in
    fractions of size - 1 px; crop: use crop_and_resize(), else roi_align() with 2 x 2 points.
    Returns [N,C,side,side].
    """
    # Level by level, then back into the order of the boxes.
    level_of = pyramid_levels(boxes * size, len(pyramid))
    pixels = boxes * (size - 1)
    pixels = torch.cat([pixels[:, :2], pixels[:, 2:] + 1.0], dim=1)
    pooled: List[Tensor] = []
    order: List[Tensor] = []
    stride = 4.0
    for level, features in enumerate(pyramid):
        chosen = torch.nonzero(level_of == level)[:, 0]
        order.append(chosen)
        if crop:
            pooled.append(crop_and_resize(features, boxes[chosen], side))
        else:
            pooled.append(roi_align(features, pixels[chosen], side, 1.0 / stride, 2, True))
        stride = stride * 2.0
    return torch.cat(pooled)[torch.cat(order).argsort()]
