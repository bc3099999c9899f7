# SPDX-License-Identifier: Apache-2.0
"""Builds the network for a published checkpoint and fills it with the weights."""

import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

from torch import Tensor, nn

from importer import keras_checkpoint, published_names, torch_checkpoint
from importer.keras_checkpoint import KerasCheckpoint
from importer.name_map import fill, shape_of, take_aliases
from importer.problem import ImportProblem
from paper.adaptive_wing import AdaptiveWing
from paper.inception import ACTIVATIONS, NORM_EPSILON, HeadLayer, InceptionV3
from paper.lafin import LandmarkDiscriminator, LandmarkGenerator
from paper.mask_rcnn import MaskRCNN

INCEPTION_CONVOLUTIONS = 94


class Settings(NamedTuple):
    """Settings that a checkpoint does not contain."""

    input_size: int  # Side of the input in px.
    smallest_anchor: float  # mask_rcnn: side of the finest anchors in px; 0: input_size / 32.
    activation: str  # inception_v3: of the dense layers, if the file holds only weights.


class Imported(NamedTuple):
    """A filled network and values for its entry in the manifest."""

    network: nn.Module
    entry: Dict[str, Any]


def channels(tensors: Dict[str, Tensor], name: str, path: Path, network: str) -> int:
    """Size of the first axis of a tensor by which a network is recognized."""
    if name not in tensors:
        raise ImportProblem(f"{path}: it has no {name}, so it is not a checkpoint of {network}; "
                            "check that it is the right file")
    return tensors[name].size(0)


def divisor_of(width: int, paper: int, path: Path, name: str) -> int:
    """The factor by which the widths are smaller than in the paper."""
    if width < 1 or paper % width != 0:
        raise ImportProblem(f"{path}: {name} has {width} channels, which do not divide the paper's "
                            f"{paper}; check that it is the right file")
    return paper // width


def count(tensors: Dict[str, Tensor], pattern: str) -> int:
    """Number of different values of the pattern's group among the names."""
    return len({match[1] for match in (re.match(pattern, name) for name in tensors) if match})


def adaptive_wing(path: Path, settings: Settings) -> Imported:
    """Imports a checkpoint of protossw512/AdaptiveWingLoss."""
    tensors = torch_checkpoint.read_tensors(path, "state_dict")
    points = channels(tensors, "l0.weight", path, "Adaptive Wing") - 1
    width = channels(tensors, "conv_last0.weight", path, "Adaptive Wing")
    if points not in (68, 98):
        raise ImportProblem(f"{path}: it finds {points} points; give a checkpoint for 68 or 98")
    network = AdaptiveWing(points, max(count(tensors, r"m(\d+)\."), 1), width)
    fill(network, tensors, published_names.adaptive_wing, path)
    return Imported(network, {"variant": "heatmap", "landmark_scheme": points})


def lafin_generator(path: Path, settings: Settings) -> Imported:
    """Imports InpaintingModel_gen.pth of YaN9-Y/lafin."""
    tensors = torch_checkpoint.read_tensors(path, "generator")
    take_aliases(tensors, published_names.LAFIN_ALIASES, path)
    width = channels(tensors, "encoder1.1.weight", path, "the LaFIn generator")
    network = LandmarkGenerator(width, count(tensors, r"middle\.(\d+)\."))
    fill(network, tensors, published_names.lafin_generator, path)
    return Imported(network, {})


def lafin_discriminator(path: Path, settings: Settings) -> Imported:
    """Imports InpaintingModel_dis.pth of YaN9-Y/lafin."""
    tensors = torch_checkpoint.read_tensors(path, "discriminator")
    take_aliases(tensors, published_names.LAFIN_ALIASES, path)
    width = channels(tensors, "conv1.0.weight_orig", path, "the LaFIn discriminator")
    network = LandmarkDiscriminator(width)
    fill(network, tensors, published_names.lafin_discriminator, path,
         published_names.LAFIN_DISCRIMINATOR_UNUSED)
    return Imported(network, {})


def mask_rcnn(path: Path, settings: Settings) -> Imported:
    """Imports weights of matterport/Mask_RCNN with a ResNet of 50 or 101 layers."""
    tensors = keras_checkpoint.read(path).tensors()
    width = channels(tensors, "conv1/kernel", path, "matterport's Mask R-CNN")
    classes = channels(tensors, "mrcnn_class_logits/bias", path, "matterport's Mask R-CNN")
    if classes != 2:
        raise ImportProblem(f"{path}: it has {classes} classes; train it on two, background and "
                            "mask")
    depth = 101 if "res4w_branch2c/kernel" in tensors else 50
    network = MaskRCNN(depth, divisor_of(width, 64, path, "conv1"), settings.input_size,
                       settings.smallest_anchor, crop=True)
    fill(network, tensors, published_names.mask_rcnn, path, published_names.MASK_RCNN_UNUSED)
    return Imported(network, {"variant": "instance"})


def numbered(checkpoint: KerasCheckpoint, kind: str) -> List[str]:
    """Layers that Keras named by their kind, in order of creation: conv2d, conv2d_1..."""
    found: List[Tuple[int, str]] = []
    for name in checkpoint.layers:
        match = re.fullmatch(rf"{kind}(?:_(\d+))?", name)
        if match:
            found.append((int(match[1] or 0), name))
    return [name for _, name in sorted(found)]


def inception_head(checkpoint: KerasCheckpoint, names: List[str], path: Path,
                   settings: Settings) -> List[HeadLayer]:
    """The layers after Inception-V3, without the last."""
    layers: List[HeadLayer] = []
    for name in names:
        weights = checkpoint.layers[name]
        known = checkpoint.settings.get(name, {})
        if "moving_mean" in weights:
            if abs(known.get("epsilon", NORM_EPSILON) - NORM_EPSILON) > 1e-9:
                raise ImportProblem(f"{path}: {name} has epsilon {known['epsilon']}; train it with "
                                    f"Keras' default, {NORM_EPSILON}")
            layers.append(("norm", 0))
        elif "kernel" in weights and weights["kernel"].dim() == 2:
            activation = known.get("activation", settings.activation)
            if name != names[-1] and activation not in ACTIVATIONS:
                raise ImportProblem(f"{path}: {name} has activation {activation}, not one of: "
                                    f"{', '.join(ACTIVATIONS)}")
            layers.append((activation, weights["kernel"].size(0)))
        else:
            shapes = ", ".join(f"{key} {shape_of(value)}" for key, value in weights.items())
            raise ImportProblem(f"{path}: {name} ({shapes}) is neither BatchNorm nor dense; check "
                                "that it is the right file")
    if not layers or layers[-1][0] == "norm" or layers[-1][1] != 1:
        raise ImportProblem(f"{path}: its last layer is not a dense one of 1 unit; train it with "
                            "one sigmoid output, 0 for female and 1 for male")
    return layers[:-1]


def inception_names(network: InceptionV3, units: List[Tuple[str, str]],
                    head: List[str]) -> Dict[str, str]:
    """Keras' names of the parameters; units (convolution, norm) and head: layers in order."""
    names: Dict[str, str] = {}
    convolutions = [name[:-len(".conv.weight")] for name in network.state_dict()
                    if name.endswith(".conv.weight")]
    for ours, (convolution, norm) in zip(convolutions, units):
        names[f"{ours}.conv.weight"] = f"{convolution}/kernel"
        for weight in ("bias", "running_mean", "running_var"):
            names[f"{ours}.norm.{weight}"] = f"{norm}/{published_names.KERAS_NORMS[weight]}"
    weighted = [part for part in network.head.named_children() if part[1].state_dict()]
    for (index, part), theirs in zip(weighted, head):
        is_norm = isinstance(part, nn.BatchNorm1d)
        weights = published_names.KERAS_NORMS if is_norm else published_names.KERAS_WEIGHTS
        for weight in part.state_dict():
            names[f"head.{index}.{weight}"] = f"{theirs}/{weights[weight]}"
    return names


def inception_v3(path: Path, settings: Settings) -> Imported:
    """Imports Keras' Inception-V3 with a head of dense layers and BatchNorm, one sigmoid output."""
    checkpoint = keras_checkpoint.read(path)
    convolutions = numbered(checkpoint, "conv2d")[:INCEPTION_CONVOLUTIONS]
    norms = numbered(checkpoint, "batch_normalization")[:INCEPTION_CONVOLUTIONS]
    if min(len(convolutions), len(norms)) < INCEPTION_CONVOLUTIONS:
        raise ImportProblem(f"{path}: it has {len(convolutions)} layers conv2d and {len(norms)} "
                            f"batch_normalization; Inception-V3 has {INCEPTION_CONVOLUTIONS}, so "
                            "check that it is the right file")
    used = set(convolutions) | set(norms)
    head = [name for name in checkpoint.layers if name not in used]
    tensors = checkpoint.tensors()
    width = channels(tensors, f"{convolutions[0]}/kernel", path, "Inception-V3")
    network = InceptionV3(divisor_of(width, 32, path, convolutions[0]),
                          inception_head(checkpoint, head, path, settings))
    names = inception_names(network, list(zip(convolutions, norms)), head)
    fill(network, tensors, lambda name: names[name], path)
    return Imported(network, {"class_names": ["female", "male"]})


READERS = {"mask_rcnn": mask_rcnn, "adaptive_wing": adaptive_wing, "inception_v3": inception_v3,
           "lafin_generator": lafin_generator, "lafin_discriminator": lafin_discriminator}
