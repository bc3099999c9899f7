# SPDX-License-Identifier: Apache-2.0
"""Reads PyTorch checkpoints without running code in them."""

import pickle
import zipfile
from pathlib import Path
from typing import Dict

import torch
from torch import Tensor

from importer.problem import ImportProblem

# Prefix that data-parallel training adds to every name.
PARALLEL_PREFIX = "module."


def require_file(path: Path) -> None:
    """Checks that the file exists and is not empty."""
    if not path.is_file():
        raise ImportProblem(f"{path}: there is no such file; check the path")
    if path.stat().st_size == 0:
        raise ImportProblem(f"{path}: the file is empty; fetch it again")


def is_torchscript(path: Path) -> bool:
    """Whether the file is TorchScript, not a dictionary of tensors."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def load(path: Path) -> dict:
    """Loads the pickled dictionary of a checkpoint; only tensors and plain values are unpickled."""
    require_file(path)
    try:
        if is_torchscript(path):
            raise ImportProblem(f"{path}: it is TorchScript, not a checkpoint; put it into a "
                                "bundle with demask-bundle")
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ImportProblem(f"{path}: it holds more than tensors, or is not a checkpoint "
                            f"({reason}); save only its state_dict()") from error
    except (RuntimeError, EOFError, ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        # The unpickler looks up each opcode and raises KeyError for unknown bytes.
        unknown = isinstance(error, KeyError) or not str(error).strip()
        reason = "unknown format" if unknown else str(error).strip().splitlines()[0]
        raise ImportProblem(f"{path}: it is not a PyTorch checkpoint, or is cut short ({reason}); "
                            "fetch it again") from error
    if not isinstance(content, dict):
        raise ImportProblem(f"{path}: it holds a {type(content).__name__}, not a dictionary of "
                            "tensors; save a state_dict()")
    return content


def read_tensors(path: Path, member: str) -> Dict[str, Tensor]:
    """The tensors of a checkpoint by name, from its dictionary `member` if it has one.

    The prefix of data-parallel training is removed.
    """
    content = load(path)
    content = content.get(member, content)
    if not isinstance(content, dict):
        raise ImportProblem(f"{path}: its '{member}' is a {type(content).__name__}, not a "
                            "dictionary of tensors; save a state_dict()")
    foreign = [str(name) for name, value in content.items() if not isinstance(value, Tensor)]
    if foreign:
        raise ImportProblem(f"{path}: it holds values other than tensors: {', '.join(foreign)}; "
                            f"save a state_dict(), plain or as '{member}'")
    if content and all(name.startswith(PARALLEL_PREFIX) for name in content):
        return {name[len(PARALLEL_PREFIX):]: value for name, value in content.items()}
    return content
