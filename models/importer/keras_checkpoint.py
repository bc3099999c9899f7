# SPDX-License-Identifier: Apache-2.0
"""Reads HDF5 files written by Keras: weights or whole models."""

import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import h5py
import torch
from torch import Tensor

from importer.problem import ImportProblem
from importer.torch_checkpoint import require_file


class KerasCheckpoint(NamedTuple):
    """Layers with weights in the order of the model, including those of nested models."""

    layers: Dict[str, Dict[str, Tensor]]  # Weights by layer and name: "kernel", "bias", "gamma"...
    settings: Dict[str, Dict[str, Any]]  # By layer; empty if the file holds only weights.

    def tensors(self) -> Dict[str, Tensor]:
        """All weights as "layer/weight"."""
        return {f"{layer}/{name}": value for layer, weights in self.layers.items()
                for name, value in weights.items()}


def text(value: Any) -> str:
    """Converts an attribute to text: depending on the version of h5py it is bytes or str."""
    return value.decode() if isinstance(value, bytes) else str(value)


def names_of(group: h5py.Group, attribute: str) -> List[str]:
    """A list of names, which Keras splits into attribute0, attribute1... if it is long."""
    if attribute in group.attrs:
        return [text(name) for name in group.attrs[attribute]]
    names: List[str] = []
    piece = 0
    while f"{attribute}{piece}" in group.attrs:
        names += [text(name) for name in group.attrs[f"{attribute}{piece}"]]
        piece += 1
    return names


def torch_order(array: Any) -> Tensor:
    """Converts kernels [rows,columns,in,out] -> [out,in,rows,columns]; dense [in,out] -> [out,in].

    A transposed convolution's [rows,columns,out,in] becomes [in,out,rows,columns].
    """
    tensor = torch.from_numpy(array).float()
    if tensor.dim() == 4:
        return tensor.permute(3, 2, 0, 1).contiguous()
    return tensor.t().contiguous() if tensor.dim() == 2 else tensor


def read_group(group: h5py.Group, layers: Dict[str, Dict[str, Tensor]], path: Path) -> None:
    """Adds the weights of one entry of "layer_names": a layer, or a nested model of several."""
    own_name = group.name.rsplit("/", 1)[-1]
    names = names_of(group, "weight_names")
    owners = {name.rsplit("/", 2)[-2] for name in names if "/" in name}
    for name in names:
        owner = name.rsplit("/", 2)[-2] if len(owners) > 1 else own_name
        weight = name.rsplit("/", 1)[-1].split(":")[0]
        if weight in layers.setdefault(owner, {}):
            raise ImportProblem(f"{path}: {owner}/{weight} occurs twice; save the model again")
        layers[owner][weight] = torch_order(group[name][()])


def settings_of(file: h5py.File) -> Dict[str, Dict[str, Any]]:
    """The settings of each layer of a whole model; empty for a file of weights."""
    if "model_config" not in file.attrs:
        return {}
    layers = json.loads(text(file.attrs["model_config"]))["config"]
    layers = layers["layers"] if isinstance(layers, dict) else layers
    return {layer["config"]["name"]: layer["config"] for layer in layers}


def read(path: Path) -> KerasCheckpoint:
    """Reads a file that Keras' save(), save_weights() or ModelCheckpoint wrote."""
    require_file(path)
    layers: Dict[str, Dict[str, Tensor]] = {}
    try:
        with h5py.File(path, "r") as file:
            root = file["model_weights"] if "model_weights" in file else file
            for name in names_of(root, "layer_names"):
                read_group(root[name], layers, path)
            settings = settings_of(file)
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        raise ImportProblem(f"{path}: it is not a Keras HDF5 file, or is cut short ({error}); "
                            "fetch it again") from error
    if not layers:
        raise ImportProblem(f"{path}: it holds no Keras layers; save it with save_weights()")
    return KerasCheckpoint(layers, settings)
