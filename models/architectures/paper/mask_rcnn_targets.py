# SPDX-License-Identifier: Apache-2.0
"""Training targets of Mask R-CNN: assignment of anchors and regions to objects, and the losses.

Boxes are in fractions as in region_proposals.py. Constants are those of the matterport
configuration; unlike there, the objects' own boxes are among the regions, so that the heads learn
from the first step on.
"""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from paper.boxes import deltas_between, overlaps
from paper.roi_align import crop_and_resize


def draw(candidates: Tensor, count: int) -> Tensor:
    """Draws at most `count` of the candidates at random."""
    order = torch.randperm(candidates.size(0), device=candidates.device)
    return candidates[order[:count]]


def match_anchors(anchors: Tensor, objects: Tensor) -> Tuple[Tensor, Tensor]:
    """Object of each anchor [A], and its label [A]: 1 object, 0 background, -1 ignored.

    An anchor is labeled object from an overlap of 0.7, or if no other anchor overlaps an object
    more; below 0.3 it is labeled background.
    """
    if objects.size(0) == 0:
        zeros = torch.zeros([anchors.size(0)], dtype=torch.long, device=anchors.device)
        return zeros, zeros
    overlap = overlaps(anchors, objects)
    best, match = overlap.max(dim=1)
    label = torch.full_like(match, -1)
    label[best < 0.3] = 0
    highest = overlap.max(dim=0)[0]
    label[((overlap == highest[None]) & (highest > 0.0)[None]).any(dim=1)] = 1
    label[best >= 0.7] = 1
    return match, label


def proposal_losses(logits: Tensor, deltas: Tensor, anchors: Tensor,
                    truth: List[Tensor]) -> Tuple[Tensor, Tensor]:
    """Class and box loss of the proposals over 256 anchors of each image, at most half on objects.

    logits: [B,A,2]; deltas: [B,A,4]; anchors: [A,4]; truth: boxes of each image, [n,4].
    """
    chosen_logits: List[Tensor] = []
    labels: List[Tensor] = []
    chosen_deltas: List[Tensor] = []
    targets: List[Tensor] = []
    for i, objects in enumerate(truth):
        match, label = match_anchors(anchors, objects)
        positive = draw(torch.nonzero(label == 1)[:, 0], 128)
        negative = draw(torch.nonzero(label == 0)[:, 0], 256 - positive.size(0))
        chosen = torch.cat([positive, negative])
        chosen_logits.append(logits[i][chosen])
        labels.append(label[chosen])
        chosen_deltas.append(deltas[i][positive])
        targets.append(deltas_between(anchors[positive], objects[match[positive]]))
    class_loss = F.cross_entropy(torch.cat(chosen_logits), torch.cat(labels))
    return class_loss, box_loss(torch.cat(chosen_deltas), torch.cat(targets))


def box_loss(deltas: Tensor, targets: Tensor) -> Tensor:
    """Mean smooth L1 distance (Girshick 2015, equation 3); 0 without boxes."""
    return F.smooth_l1_loss(deltas, targets, reduction="sum") / max(deltas.numel(), 1)


def sample_regions(proposals: Tensor, objects: Tensor, count: int) -> Tuple[Tensor, Tensor]:
    """Draws at most `count` regions of an image, at most a third of them on objects.

    proposals: [P,4]; objects: [n,4]. Returns the regions [R,4] and the object of each, -1 for
    background. A region counts as on an object from an overlap of 0.5.
    """
    regions = torch.cat([objects, proposals])
    best = torch.zeros([regions.size(0)], device=regions.device)
    match = torch.full([regions.size(0)], -1, dtype=torch.long, device=regions.device)
    if objects.size(0) > 0:
        best, match = overlaps(regions, objects).max(dim=1)
    positive = draw(torch.nonzero(best >= 0.5)[:, 0], count // 3)
    negative = draw(torch.nonzero(best < 0.5)[:, 0], count - positive.size(0))
    chosen = torch.cat([positive, negative])
    if chosen.size(0) == 1:
        chosen = chosen.repeat(2)  # BatchNorm cannot train on a single sample.
    match = torch.where(best >= 0.5, match, torch.full_like(match, -1))
    return regions[chosen], match[chosen]


def mask_targets(regions: Tensor, masks: Tensor, match: Tensor, side: int) -> Tensor:
    """The part of its object's mask inside each region: [R,side,side], 0 or 1."""
    targets: List[Tensor] = [torch.zeros([0, side, side], device=regions.device)]
    for i in range(regions.size(0)):
        mask = masks[match[i]][None].float()
        targets.append(crop_and_resize(mask, regions[i:i + 1], side)[:, 0].round())
    return torch.cat(targets)


def region_losses(logits: Tensor, deltas: Tensor, mask_logits: Tensor, regions: List[Tensor],
                  matches: List[Tensor], truth: List[Tensor],
                  masks: List[Tensor]) -> List[Tensor]:
    """Class, box and mask loss of the regions.

    logits [R,2] and deltas [R,4]: for the regions of all images; mask_logits [P,28,28]: for the
    regions on objects; regions and matches: for each image, from sample_regions(); truth and masks:
    boxes [n,4] and masks [n,S,S] of each image.
    """
    match = torch.cat(matches)
    on_object = match >= 0
    class_loss = F.cross_entropy(logits, on_object.long())
    box_targets: List[Tensor] = []
    masked: List[Tensor] = []
    for i, region in enumerate(regions):
        positive = matches[i] >= 0
        objects = matches[i][positive]
        box_targets.append(deltas_between(region[positive], truth[i][objects]))
        masked.append(mask_targets(region[positive], masks[i], objects, mask_logits.size(1)))
    mask_sum = F.binary_cross_entropy_with_logits(mask_logits, torch.cat(masked), reduction="sum")
    return [class_loss, box_loss(deltas[on_object], torch.cat(box_targets)),
            mask_sum / max(mask_logits.numel(), 1)]
