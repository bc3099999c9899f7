# SPDX-License-Identifier: Apache-2.0
"""The inputs and outputs of each stage's network, as docs/bring-your-own-model.md defines them."""

from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
from torch import Tensor

from exporter.problem import ExportProblem

# Axes whose size the caller of an exported network chooses, or that depends on it.
FREE_AXES = ("batch", "height", "width", "cells", "detections")
# Sizes of the free axes of inputs in the run that precedes an export.
TRIAL_SIZES = {"batch": 2, "height": 96, "width": 160}

Axis = Union[int, str]
UNIT_RANGE = (0.0, 1.0)


class TensorContract(NamedTuple):
    """An input or output, float32."""

    name: str
    axes: Tuple[Axis, ...]  # Size of each axis, or its name if the caller or the network sets it.
    bounds: Optional[Tuple[float, float]]  # Range of the values; None if there is none.
    meaning: str

    def dynamic_axes(self) -> Dict[int, str]:
        """The axes whose size may differ from call to call."""
        return {index: str(axis) for index, axis in enumerate(self.axes) if axis in FREE_AXES}

    def described(self, sizes: Dict[str, int]) -> Dict[str, Any]:
        """The manifest's description; sizes: those of named axes, as bind_axes() found them."""
        shape = [axis if axis in FREE_AXES else sizes.get(str(axis), axis) for axis in self.axes]
        return {"name": self.name, "type": "float32", "shape": shape,
                "range": list(self.bounds) if self.bounds else None, "meaning": self.meaning}


class Contract(NamedTuple):
    """The inputs and outputs of a network."""

    inputs: List[TensorContract]
    outputs: List[TensorContract]


def face_input(size: int, meaning: str) -> TensorContract:
    return TensorContract("face", ("batch", 3, size, size), UNIT_RANGE, f"RGB, {meaning}")


def detector(is_dense: bool) -> Contract:
    """is_dense: all cells of a batch of photos are returned, not the candidates of one photo."""
    batch: Axis = "batch" if is_dense else 1
    found: Tuple[Axis, ...] = ("batch", "cells") if is_dense else ("detections",)
    image = TensorContract("image", (batch, 3, "height", "width"), UNIT_RANGE,
                           "RGB, photo; height and width are multiples of 32")
    return Contract([image], [
        TensorContract("boxes", (*found, 4), None, "x1, y1, x2, y2 in pixels of the input; boxes "
                       "overlap"),
        TensorContract("scores", found, UNIT_RANGE, "probability of a face"),
        TensorContract("points", (*found, 5, 2), None, "x, y in pixels of the input: right eye, "
                       "left eye, nose, right and left mouth corner")])


def segmenter(size: int, variant: str) -> Contract:
    if variant == "semantic":
        return Contract([face_input(size, "canonical face")], [
            TensorContract("probability", ("batch", "maps", "side", "side"), UNIT_RANGE,
                           "probability of mask and, if there are two maps, of straps")])
    photo = TensorContract("photo", (3, "height", "width"), UNIT_RANGE, "RGB, photo")
    return Contract([photo], [
        TensorContract("boxes", ("detections", 4), None, "x1, y1, x2, y2 in pixels of the photo"),
        TensorContract("scores", ("detections",), UNIT_RANGE, "probability of a worn mask"),
        TensorContract("masks", ("detections", 1, "height", "width"), UNIT_RANGE,
                       "probability of mask")])


def landmark_detector(size: int, variant: str) -> Contract:
    face = face_input(size, "upright crop around a face's box")
    if variant == "heatmap":
        return Contract([face], [
            TensorContract("heatmaps", ("batch", "landmarks", "rows", "columns"), None,
                           "one map for each landmark, highest at its place")])
    return Contract([face], [
        TensorContract("points", ("batch", "landmarks", 2), UNIT_RANGE,
                       "x, y in fractions of the crop's side"),
        TensorContract("confidence", ("batch", "landmarks"), UNIT_RANGE,
                       "confidence of each landmark")])


def inpainter(size: int) -> Contract:
    plane: Tuple[Axis, ...] = ("batch", 1, size, size)
    return Contract(
        [face_input(size, "canonical face with the hole zeroed"),
         TensorContract("mask", plane, UNIT_RANGE, "1 in the hole, 0 elsewhere"),
         TensorContract("landmark_map", plane, UNIT_RANGE, "1 on the lines through the landmarks")],
        [TensorContract("painted", ("batch", 3, size, size), UNIT_RANGE,
                        "RGB, whole face; only the pixels in the hole count")])


def contract_of(stage: str, described: Dict[str, Any], is_dense: bool) -> Contract:
    """The contract of a stage; described: its entry in the manifest; is_dense: see detector()."""
    size = described["input_size"]
    if stage == "face_detector":
        return detector(is_dense)
    if stage == "segmenter":
        return segmenter(size, described["variant"])
    if stage == "landmark_detector":
        return landmark_detector(size, described["variant"])
    if stage == "gender_classifier":
        logits = TensorContract("logits", ("batch", 2), None, "one for each of class_names")
        return Contract([face_input(size, "canonical face")], [logits])
    return inpainter(size)


def example_of(contract: Contract) -> Tuple[Tensor, ...]:
    """Random inputs, always the same."""
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.rand([TRIAL_SIZES[axis] if isinstance(axis, str) else axis
                             for axis in tensor.axes], generator=generator)
                 for tensor in contract.inputs)


def bind_axes(name: str, contract: Contract, described: Dict[str, Any],
              outputs: List[Tensor]) -> Dict[str, int]:
    """Sizes of the named axes in the outputs for example_of(contract).

    name: of the network; described: its entry in the manifest.
    @raises ExportProblem if the outputs violate the contract.
    """
    if len(outputs) != len(contract.outputs):
        raise ExportProblem(f"{name}: it returns {len(outputs)} tensors where "
                            f"{len(contract.outputs)} are needed; check its variant in the "
                            "manifest")
    sizes = {**TRIAL_SIZES, "side": described["input_size"]}
    if "landmark_scheme" in described:
        sizes["landmarks"] = described["landmark_scheme"]
    for tensor, output in zip(contract.outputs, outputs):
        wanted = [sizes.get(str(axis), axis) for axis in tensor.axes]
        shape = list(output.shape)
        if len(wanted) == len(shape):
            new = {axis: size for axis, size in zip(wanted, shape) if isinstance(axis, str)}
            sizes.update(new)
            wanted = [new.get(str(axis), axis) for axis in wanted]
        if wanted != shape:
            raise ExportProblem(f"{name}: its output {tensor.name} has the shape {shape} where "
                                f"{wanted} is needed; check the entry in the manifest")
        if not bool(torch.isfinite(output).all()):
            raise ExportProblem(f"{name}: its output {tensor.name} is not finite; check its "
                                "weights")
    return sizes
