# SPDX-License-Identifier: Apache-2.0
"""Region proposal network (Ren et al. 2015) on a feature pyramid, with matterport's conventions.

Boxes are in fractions of size - 1 px of a square image, from the center of its first pixel to the
center of its last.
"""

from typing import List, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from paper.boxes import apply_deltas, clip, nms

ASPECT_RATIOS = (0.5, 1.0, 2.0)
SUPPRESSION = 0.7
CANDIDATES = 6000


class RegionProposals(nn.Module):
    """Scores and refines anchors of three shapes in every cell of five maps of strides 4 to 64."""

    def __init__(self, channels: int, hidden: int, anchor_sides: Sequence[float]):
        super().__init__()
        self.anchor_sides: List[float] = list(anchor_sides)
        self.ratios: List[float] = list(ASPECT_RATIOS)
        self.suppression = SUPPRESSION
        self.candidates = CANDIDATES
        self.shared = nn.Conv2d(channels, hidden, 3, padding=1)
        self.score = nn.Conv2d(hidden, 2 * len(ASPECT_RATIOS), 1)
        self.box = nn.Conv2d(hidden, 4 * len(ASPECT_RATIOS), 1)

    def anchors(self, size: int) -> Tensor:
        """Anchors [A,4] of an image of size x size px, ordered by map, row, column and ratio."""
        device = self.score.weight.device
        ratio = torch.tensor(self.ratios, device=device).sqrt()
        levels: List[Tensor] = []
        stride = 4
        for side in self.anchor_sides:
            count = (size + stride - 1) // stride
            at = torch.arange(count, device=device, dtype=torch.float32) * stride
            shape = [count, count, len(self.ratios)]
            x = at[None, :, None].expand(shape)
            y = at[:, None, None].expand(shape)
            w = (0.5 * side * ratio)[None, None, :].expand(shape)
            h = (0.5 * side / ratio)[None, None, :].expand(shape)
            # Far edges are exclusive in pixels and inclusive in fractions.
            far = torch.stack([x + w, y + h], dim=3) - 1.0
            boxes = torch.cat([torch.stack([x - w, y - h], dim=3), far], dim=3)
            levels.append(boxes.reshape(-1, 4) / (size - 1))
            stride = stride * 2
        return torch.cat(levels)

    def forward(self, pyramid: List[Tensor]) -> Tuple[Tensor, Tensor]:
        """Logits [B,A,2] of background and object, and deltas [B,A,4], for every anchor."""
        logits: List[Tensor] = []
        deltas: List[Tensor] = []
        for features in pyramid:
            x = F.relu(self.shared(features))
            batch = x.size(0)
            logits.append(self.score(x).permute(0, 2, 3, 1).reshape(batch, -1, 2))
            deltas.append(self.box(x).permute(0, 2, 3, 1).reshape(batch, -1, 4))
        return torch.cat(logits, dim=1).float(), torch.cat(deltas, dim=1).float()

    def propose(self, logits: Tensor, deltas: Tensor, anchors: Tensor, limit: int) -> Tensor:
        """The best boxes of one image: logits [A,2], deltas [A,4] -> at most `limit` boxes."""
        scores = torch.softmax(logits, dim=1)[:, 1]
        scores, best = scores.topk(min(self.candidates, scores.size(0)))
        boxes = apply_deltas(anchors[best], deltas[best])
        boxes = clip(boxes, [0.0, 0.0, 1.0, 1.0])
        return boxes[nms(boxes, scores, self.suppression, limit)]
