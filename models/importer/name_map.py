# SPDX-License-Identifier: Apache-2.0
"""Fills a network from a checkpoint, using each tensor once and filling each parameter."""

import re
from pathlib import Path
from typing import Callable, Dict, List, Sequence, Tuple

import torch
from torch import Tensor, nn

from importer.problem import ImportProblem

COUNTER = "num_batches_tracked"


def take_aliases(tensors: Dict[str, Tensor], aliases: Sequence[Tuple[str, str]],
                 path: Path) -> None:
    """Removes second names of tensors; aliases: (pattern, replacement) that gives the name kept."""
    for name in list(tensors):
        for pattern, replacement in aliases:
            original = re.sub(pattern, replacement, name)
            if original == name:
                continue
            if original in tensors and not torch.equal(tensors[original], tensors[name]):
                raise ImportProblem(f"{path}: {name} and {original} name one tensor but differ; "
                                    "fetch the file again")
            tensors.setdefault(original, tensors.pop(name))


def listed(title: str, lines: List[str]) -> List[str]:
    return [f"  {title}:"] + [f"    {line}" for line in lines] if lines else []


def shape_of(tensor: Tensor) -> str:
    return "x".join(str(n) for n in tensor.shape) or "scalar"


def fill(network: nn.Module, tensors: Dict[str, Tensor], published_name: Callable[[str], str],
         path: Path, unused: str = "$^") -> None:
    """Copies the tensors of a checkpoint into a network.

    published_name: gives the checkpoint's name for a parameter or buffer of the network; unused:
    pattern of names that the published network contains but does not use. Counters of BatchNorm,
    which old files lack, may be missing.
    @raises ImportProblem with every name and shape that does not match; the network is then
    unchanged.
    """
    own = network.state_dict()
    source_of = {name: published_name(name) for name in own}
    missing = [f"{source} {shape_of(own[name])}" for name, source in source_of.items()
               if source not in tensors and not name.endswith(COUNTER)]
    used = set(source_of.values())
    left = [f"{name} {shape_of(value)}" for name, value in tensors.items()
            if name not in used and not re.fullmatch(unused, name)]
    wrong = [f"{source} {shape_of(tensors[source])}, not {shape_of(own[name])}"
             for name, source in source_of.items()
             if source in tensors and tensors[source].shape != own[name].shape]
    infinite = [source for source in source_of.values() if source in tensors
                and not torch.isfinite(tensors[source]).all()]
    problems = (listed("missing", missing) + listed("not of this network", left) +
                listed("of another shape", wrong) + listed("not finite", infinite))
    if len(used) != len(source_of):
        raise AssertionError("two parameters have one published name")
    if problems:
        raise ImportProblem("\n".join([f"{path}: its tensors do not match "
                                       f"{type(network).__name__}; check that it is a file of "
                                       "this network", *problems]))
    filled = {name: tensors[source].to(own[name].dtype) for name, source in source_of.items()
              if source in tensors}
    network.load_state_dict(filled, strict=False)
