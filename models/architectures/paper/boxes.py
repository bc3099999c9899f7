# SPDX-License-Identifier: Apache-2.0
"""Box operators in plain PyTorch, so that a scripted network needs no other library.

Boxes are [N,4] tensors of (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2.
"""

from typing import List

import torch
from torch import Tensor

def areas(boxes: Tensor) -> Tensor:
    """Areas of boxes, [N]."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def overlaps(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union of every box in `first` with every box in `second`, [N,M].

    Two empty boxes overlap by 0.
    """
    top_left = torch.max(first[:, None, :2], second[None, :, :2])
    bottom_right = torch.min(first[:, None, 2:], second[None, :, 2:])
    intersection = (bottom_right - top_left).clamp(min=0.0).prod(dim=2)
    union = areas(first)[:, None] + areas(second)[None, :] - intersection
    return intersection / union.clamp(min=1e-12)


def unsuppressed(boxes: Tensor, threshold: float) -> Tensor:
    """Which boxes, sorted best first, greedy suppression keeps: bool [N].

    A box is kept if it does not overlap a better box that is kept. Repeating that rule settles the
    boxes from the best one on, usually all of them within a few rounds.
    """
    conflicts = (overlaps(boxes, boxes) > threshold).triu(1)
    stays = torch.ones([boxes.size(0)], dtype=torch.bool, device=boxes.device)
    settled = False
    while not settled:
        following = ~(conflicts & stays[:, None]).any(dim=0)
        settled = bool((following == stays).all())
        stays = following
    return stays


def nms(boxes: Tensor, scores: Tensor, threshold: float, limit: int) -> Tensor:
    """Greedily suppresses boxes that overlap a better one by more than `threshold`.

    boxes: [N,4]; scores: [N]. Returns the indices [M] of at most `limit` boxes that are kept, best
    first; equal scores keep their order (as in torchvision.ops.nms).
    """
    order = torch.sort(scores, stable=True, dim=0, descending=True)[1]
    kept = order[:0]
    first = 0
    while first < order.size(0) and kept.size(0) < limit:
        # In groups, so that the matrix of overlaps stays small.
        group = order[first:first + 512]
        group = group[(overlaps(boxes[kept], boxes[group]) <= threshold).all(dim=0)]
        kept = torch.cat([kept, group[unsuppressed(boxes[group], threshold)]])
        first += 512
    return kept[:limit]


def clip(boxes: Tensor, window: List[float]) -> Tensor:
    """Clips boxes [N,4] to a window (x1, y1, x2, y2)."""
    x = boxes[:, 0::2].clamp(window[0], window[2])
    y = boxes[:, 1::2].clamp(window[1], window[3])
    return torch.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], dim=1)


def apply_deltas(boxes: Tensor, deltas: Tensor) -> Tensor:
    """Moves and scales boxes (Girshick et al. 2014, equations 1 to 4).

    deltas: [N,4] as (dy / 0.1, dx / 0.1, log dh / 0.2, log dw / 0.2), in the order and with the
    standard deviations of the matterport weights. Returns [N,4].
    """
    size = boxes[:, 2:] - boxes[:, :2]
    shift = deltas[:, :2].flip([1]) * 0.1
    # A box scaled by e^8 exceeds any image; the clamp keeps exp() from overflowing.
    scale = (deltas[:, 2:].flip([1]) * 0.2).clamp(max=8.0).exp()
    center = boxes[:, :2] + (0.5 + shift) * size
    half = 0.5 * size * scale
    return torch.cat([center - half, center + half], dim=1)


def deltas_between(boxes: Tensor, targets: Tensor) -> Tensor:
    """The deltas [N,4] that map `boxes` to `targets`, the inverse of apply_deltas().

    Sides below 1e-6 count as 1e-6.
    """
    size = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-6)
    target_size = (targets[:, 2:] - targets[:, :2]).clamp(min=1e-6)
    center = 0.5 * (boxes[:, :2] + boxes[:, 2:])
    target_center = 0.5 * (targets[:, :2] + targets[:, 2:])
    shift = (target_center - center) / size / 0.1
    scale = (target_size / size).log() / 0.2
    return torch.cat([shift.flip([1]), scale.flip([1])], dim=1)
