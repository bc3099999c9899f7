# SPDX-License-Identifier: Apache-2.0
"""Mask R-CNN: finds a mask for each object in a photo."""

from typing import Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from blocks import initialize, initialize_output
from paper.boxes import apply_deltas, clip, nms
from paper.mask_rcnn_targets import proposal_losses, region_losses, sample_regions
from paper.region_proposals import RegionProposals
from paper.resnet_fpn import ResNetFPN, norm
from paper.roi_align import pool_pyramid
from paper.upsampling import TransposedConv2d

MEAN_COLOR = (123.7, 116.8, 103.9)
SUPPRESSION = 0.3
MIN_SCORE = 0.5
MAX_DETECTIONS = 100
PROPOSALS = 1000
TRAINING_PROPOSALS = 2000
TRAINING_REGIONS = 200


class BoxHead(nn.Module):
    """Class logits [N,2] and deltas [N,2,4] of regions [N,channels,7,7]."""

    def __init__(self, channels: int, hidden: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, hidden, 7)
        self.norm1 = norm(hidden)
        self.conv2 = nn.Conv2d(hidden, hidden, 1)
        self.norm2 = norm(hidden)
        self.logits = nn.Linear(hidden, 2)
        self.deltas = nn.Linear(hidden, 8)

    def forward(self, regions: Tensor) -> Tuple[Tensor, Tensor]:
        x = F.relu(self.norm1(self.conv1(regions)))
        x = F.relu(self.norm2(self.conv2(x))).flatten(1)
        return self.logits(x).float(), self.deltas(x).reshape(-1, 2, 4).float()


class MaskHead(nn.Module):
    """Mask logits [N,2,28,28] of regions [N,channels,14,14], one mask per class."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm1 = norm(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm2 = norm(channels)
        self.conv3 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm3 = norm(channels)
        self.conv4 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm4 = norm(channels)
        self.upsample = TransposedConv2d(channels, channels, 2)
        self.output = nn.Conv2d(channels, 2, 1)

    def forward(self, regions: Tensor) -> Tensor:
        x = F.relu(self.norm1(self.conv1(regions)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.relu(self.norm3(self.conv3(x)))
        x = F.relu(self.norm4(self.conv4(x)))
        return self.output(F.relu(self.upsample(x))).float()


def paste(mask: Tensor, box: List[int], height: int, width: int) -> Tensor:
    """Stretches a mask [h,w] over a box (x1, y1, x2, y2) in whole px, in a plane [height,width]."""
    size = [box[3] - box[1], box[2] - box[0]]
    stretched = F.interpolate(mask[None, None], size, mode="bilinear", align_corners=False)
    return F.pad(stretched[0, 0], [box[0], width - box[2], box[1], height - box[3]])


class MaskRCNN(nn.Module):
    """Mask R-CNN (He et al. 2017) for background and one class, with matterport's conventions.

    Layers, anchors, deltas, norms and preprocessing of the photo are those of Abdulla, Mask R-CNN
    for object detection and instance segmentation on Keras and TensorFlow (Matterport, 2017), so
    that weights trained with it work here.

    depth: 50 or 101 layers of ResNet; divisor: divides all widths, 1 in the paper; input_size: side
    of the square that a photo is fitted into, a multiple of 64, 1024 in the paper; smallest_anchor:
    side of the finest anchors in px, doubled from level to level, input_size / 32 if 0; crop:
    whether regions are pooled as in matterport's code, not as in the paper.
    """

    def __init__(self, depth: int = 101, divisor: int = 1, input_size: int = 1024,
                 smallest_anchor: float = 0.0, crop: bool = True):
        super().__init__()
        if input_size % 64 != 0:
            raise ValueError(f"input_size: {input_size} is not a multiple of 64; choose one")
        channels = 256 // divisor
        hidden = 1024 // divisor
        self.input_size = input_size
        self.crop = crop
        self.mean_color: List[float] = list(MEAN_COLOR)
        self.suppression = SUPPRESSION
        self.min_score = MIN_SCORE
        self.max_detections = MAX_DETECTIONS
        self.proposal_limit = PROPOSALS
        self.training_proposals = TRAINING_PROPOSALS
        self.training_regions = TRAINING_REGIONS
        finest = smallest_anchor if smallest_anchor > 0.0 else input_size / 32
        self.backbone = ResNetFPN(depth, 64 // divisor, channels)
        self.proposals = RegionProposals(channels, 512 // divisor,
                                         [finest * 2.0 ** level for level in range(5)])
        self.box_head = BoxHead(channels, hidden)
        self.mask_head = MaskHead(channels)
        initialize(self)
        for output in (self.proposals.score, self.proposals.box, self.mask_head.output):
            initialize_output(output)
        with torch.no_grad():
            # Before training, the stem's norm does not scale levels of 0 to 255, so its weights do.
            self.backbone.stem.weight.div_(128.0)

    def normalized(self, images: Tensor) -> Tensor:
        """RGB in [0,1] -> levels minus their mean over COCO, [B,3,H,W]."""
        mean = torch.tensor(self.mean_color, device=images.device)
        return (images.float() * 255.0 - mean[:, None, None]).to(images.dtype)

    def fit(self, photo: Tensor) -> Tuple[Tensor, List[int]]:
        """Fits a photo [3,H,W] into the center of the square input, on black.

        Returns [3,S,S] and the window (x1, y1, x2, y2) in px that the photo fills. A small photo is
        enlarged until its shorter side is 800 / 1024 of the input's or its longer side fills it.
        """
        height, width = photo.size(1), photo.size(2)
        shorter = 0.78125 * self.input_size / min(height, width)
        longer = self.input_size / max(height, width)
        scale = min(max(1.0, shorter), longer)
        h = min(max(int(round(height * scale)), 1), self.input_size)
        w = min(max(int(round(width * scale)), 1), self.input_size)
        fitted = photo.float()[None]
        if h != height or w != width:
            fitted = F.interpolate(fitted, [h, w], mode="bilinear", align_corners=False)
        top = (self.input_size - h) // 2
        left = (self.input_size - w) // 2
        fitted = F.pad(fitted, [left, self.input_size - w - left, top, self.input_size - h - top])
        return fitted[0].to(photo.dtype), [left, top, left + w, top + h]

    def detect(self, pyramid: List[Tensor], window: Tensor) -> Tuple[Tensor, Tensor]:
        """Boxes [N,4] as fractions of the square, clipped to the window; scores [N]; best first."""
        logits, deltas = self.proposals(pyramid)
        anchors = self.proposals.anchors(self.input_size)
        regions = self.proposals.propose(logits[0], deltas[0], anchors, self.proposal_limit)
        pooled = pool_pyramid([level[0] for level in pyramid[:4]], regions, self.input_size, 7,
                              self.crop)
        class_logits, class_deltas = self.box_head(pooled)
        scores = torch.softmax(class_logits, dim=1)[:, 1]
        edges: List[float] = window.tolist()
        boxes = clip(apply_deltas(regions, class_deltas[:, 1]), edges)
        filled = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        likely = torch.nonzero((scores >= self.min_score) & filled)[:, 0]
        boxes, scores = boxes[likely], scores[likely]
        kept = nms(boxes, scores, self.suppression, self.max_detections)
        return boxes[kept], scores[kept]

    def masks_of(self, pyramid: List[Tensor], boxes: Tensor) -> Tensor:
        """Mask probabilities [N,28,28] for boxes given as fractions of the square."""
        pooled = pool_pyramid([level[0] for level in pyramid[:4]], boxes, self.input_size, 14,
                              self.crop)
        return torch.sigmoid(self.mask_head(pooled)[:, 1])

    def forward(self, photo: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Finds the objects of a photo of any size.

        photo: [3,H,W], RGB in [0,1]. Returns the boxes [N,4] (x1, y1, x2, y2 in whole px), their
        scores [N] from 0.5 to 1, best first, and the probability of mask [N,1,H,W], 0 outside the
        box. N is at most 100.
        """
        height, width = photo.size(1), photo.size(2)
        square, window = self.fit(photo)
        pyramid = self.backbone(self.normalized(square[None]))
        # Far edges are exclusive in pixels and inclusive in fractions.
        far = torch.tensor([0.0, 0.0, 1.0, 1.0], device=photo.device)
        edges = (torch.tensor(window, device=photo.device) - far) / (self.input_size - 1)
        boxes, scores = self.detect(pyramid, edges)
        limits = torch.tensor([width - 1.0, height - 1.0, width - 1.0, height - 1.0],
                              device=photo.device)
        extent = (edges[2:] - edges[:2]).repeat(2)
        pixels = ((boxes - edges[:2].repeat(2)) / extent * limits + far).round()
        visible = torch.nonzero((pixels[:, 2:] > pixels[:, :2]).all(dim=1))[:, 0]
        boxes, scores, pixels = boxes[visible], scores[visible], pixels[visible]
        planes = torch.zeros([boxes.size(0), 1, height, width], device=photo.device)
        if boxes.size(0) > 0:
            masks = self.masks_of(pyramid, boxes)
            corners: List[List[int]] = pixels.long().tolist()
            for i, box in enumerate(corners):
                planes[i, 0] = paste(masks[i], box, height, width)
        return pixels, scores, planes

    @torch.jit.export
    def losses(self, images: Tensor, boxes: List[Tensor],
               masks: List[Tensor]) -> Dict[str, Tensor]:
        """The five training losses, to be summed.

        images: [B,3,S,S], RGB in [0,1], S a multiple of 64; boxes: for each image [n,4], x1, y1,
        x2, y2 in px with x1 < x2 and y1 < y2; masks: for each image [n,S,S] of 0 and 1. n may be 0.
        Anchors and regions are drawn at random from torch's generator. Returns scalars
        "rpn_class", "rpn_box", "class", "box" and "mask"; box and mask losses without objects are
        0.
        """
        size = images.size(2)
        pyramid = self.backbone(self.normalized(images))
        logits, deltas = self.proposals(pyramid)
        anchors = self.proposals.anchors(size)
        far = torch.tensor([0.0, 0.0, 1.0, 1.0], device=images.device)
        truth = [(box - far) / (size - 1) for box in boxes]
        rpn_class, rpn_box = proposal_losses(logits, deltas, anchors, truth)

        pooled: List[Tensor] = []
        pooled_objects: List[Tensor] = []
        regions: List[Tensor] = []
        matches: List[Tensor] = []
        for i, objects in enumerate(truth):
            with torch.no_grad():
                proposed = self.proposals.propose(logits[i], deltas[i], anchors,
                                                  self.training_proposals)
                region, match = sample_regions(proposed, objects, self.training_regions)
            levels = [level[i] for level in pyramid[:4]]
            pooled.append(pool_pyramid(levels, region, size, 7, self.crop))
            pooled_objects.append(pool_pyramid(levels, region[match >= 0], size, 14, self.crop))
            regions.append(region)
            matches.append(match)
        class_logits, class_deltas = self.box_head(torch.cat(pooled))
        object_regions = torch.cat(pooled_objects)
        mask_logits = torch.zeros([0, 28, 28], device=images.device)
        if object_regions.size(0) > 0:
            mask_logits = self.mask_head(object_regions)[:, 1]
        losses = region_losses(class_logits, class_deltas[:, 1], mask_logits, regions, matches,
                               truth, masks)
        return {"rpn_class": rpn_class, "rpn_box": rpn_box, "class": losses[0], "box": losses[1],
                "mask": losses[2]}
