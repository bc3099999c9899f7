# SPDX-License-Identifier: Apache-2.0
"""The networks of the paper by name, for the programs that write and import them."""

from typing import Callable, Dict, List, NamedTuple, Tuple

import torch
from torch import Tensor, nn

from paper.adaptive_wing import AdaptiveWing
from paper.inception import InceptionV3
from paper.lafin import LandmarkDiscriminator, LandmarkGenerator
from paper.mask_rcnn import MaskRCNN


class Network(NamedTuple):
    """How to build a network, and its inputs."""

    build: Callable[[int, int], nn.Module]  # Takes the divisor of its widths and its input size.
    channels: Tuple[int, ...]  # Number of channels of each input.
    input_size: int  # Side of the inputs in px, as in the paper.
    batched: bool = True

    def example(self, size: int) -> List[Tensor]:
        """Random inputs of `size` px, a batch of one if it takes batches."""
        batch = [1] if self.batched else []
        return [torch.rand(batch + [count, size, size]) for count in self.channels]


NETWORKS: Dict[str, Network] = {
    "mask_rcnn_50": Network(lambda d, s: MaskRCNN(50, d, s), (3,), 1024, batched=False),
    "mask_rcnn_101": Network(lambda d, s: MaskRCNN(101, d, s), (3,), 1024, batched=False),
    "adaptive_wing_68": Network(lambda d, s: AdaptiveWing(68, width=256 // d), (3,), 256),
    "adaptive_wing_98": Network(lambda d, s: AdaptiveWing(98, width=256 // d), (3,), 256),
    "inception_v3": Network(lambda d, s: InceptionV3(d), (3,), 256),
    "lafin_generator": Network(lambda d, s: LandmarkGenerator(64 // d), (3, 1, 1), 256),
    "lafin_discriminator": Network(lambda d, s: LandmarkDiscriminator(64 // d), (3, 1), 256),
}
