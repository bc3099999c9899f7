# SPDX-License-Identifier: Apache-2.0
"""Turns a TorchScript network into ONNX."""

import io
import warnings
from typing import Any, Dict, List, NamedTuple, Tuple

import torch
from torch import Tensor, nn

from exporter.bundle import Entry
from exporter.contracts import Contract, bind_axes, contract_of, example_of
from exporter.problem import ExportProblem

# Version of ONNX's operators, which runtimes know since 2021.
OPSET = 13
MAX_REASON = 300


class Exported(NamedTuple):
    """A network as ONNX."""

    content: bytes
    inputs: List[Dict[str, Any]]  # Descriptions for the manifest.
    outputs: List[Dict[str, Any]]


class DenseDetector(nn.Module):
    """A detector of demask's own architecture: its method dense() predicts at every cell."""

    def __init__(self, network: torch.jit.ScriptModule):
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """image: [B,3,H,W]. Returns boxes [B,A,4], scores [B,A] and points [B,A,5,2]."""
        logits, boxes, points = self.network.dense(image)
        return boxes, torch.sigmoid(logits), points.reshape(points.size(0), points.size(1), 5, 2)


class SinglePhotoDetector(nn.Module):
    """Any other detector, for one photo: ONNX has no lists of tuples."""

    def __init__(self, network: torch.jit.ScriptModule):
        super().__init__()
        self.network = network

    def forward(self, image: Tensor):
        """image: [1,3,H,W]. Returns boxes [N,4], scores [N] and points [N,5,2]."""
        return self.network(image)[0]


def reason_of(error: BaseException) -> str:
    """The line of LibTorch's message that tells what went wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # Of an error within a network, the last line is the message and the others are the trace.
    chosen = lines[-1] if lines[0].startswith("The following operation failed") else lines[0]
    return chosen.split("  [Caused by")[0][:MAX_REASON]


def flat(value: Any) -> List[Tensor]:
    """The tensors of nested tuples and lists."""
    return [value] if isinstance(value, Tensor) else [t for part in value for t in flat(part)]


def widen_weights(module: torch.jit.ScriptModule) -> None:
    """Converts weights that are stored in 16 bits to 32 bits, as the library does."""
    for weights in (*module.parameters(), *module.buffers()):
        if weights.dtype in (torch.float16, torch.bfloat16):
            weights.data = weights.data.float()


def load(name: str, content: bytes) -> torch.jit.ScriptModule:
    try:
        module = torch.jit.load(io.BytesIO(content), map_location="cpu").eval()
    except RuntimeError as error:
        raise ExportProblem(f"{name}: it does not load as TorchScript ({reason_of(error)}); save "
                            "it with torch.jit.script(...).save(...)") from error
    widen_weights(module)
    return module


def is_dense(stage: str, module: torch.jit.ScriptModule) -> bool:
    """Whether it is a detector that DenseDetector can wrap."""
    return (stage == "face_detector" and
            isinstance(getattr(module, "dense", None), torch._C.ScriptMethod))


def prepare(name: str, stage: str, module: torch.jit.ScriptModule) -> torch.jit.ScriptModule:
    """The module with the outputs of its contract, frozen, which folds its norms."""
    try:
        if stage == "face_detector":
            wrapper = DenseDetector if is_dense(stage, module) else SinglePhotoDetector
            module = torch.jit.script(wrapper(module).eval())
        return torch.jit.freeze(module)
    except (RuntimeError, AttributeError) as error:
        raise ExportProblem(f"{name}: it cannot be frozen ({reason_of(error)}); keep forward from "
                            "writing to the module's attributes") from error


def run(name: str, module: torch.jit.ScriptModule, example: Tuple[Tensor, ...]) -> List[Tensor]:
    try:
        with torch.no_grad():
            return flat(module(*example))
    except (RuntimeError, TypeError) as error:
        raise ExportProblem(f"{name}: it fails on its input ({reason_of(error)}); check its entry "
                            "in the manifest") from error


def write_onnx(name: str, module: torch.jit.ScriptModule, contract: Contract,
               example: Tuple[Tensor, ...]) -> bytes:
    """Exports the module's own graph, so nothing depends on the example but its fixed sizes."""
    tensors = [*contract.inputs, *contract.outputs]
    buffer = io.BytesIO()
    try:
        torch.onnx.export(module, example, buffer, opset_version=OPSET,
                          input_names=[tensor.name for tensor in contract.inputs],
                          output_names=[tensor.name for tensor in contract.outputs],
                          dynamic_axes={tensor.name: tensor.dynamic_axes() for tensor in tensors})
    except Exception as error:  # The exporter raises whatever its code for an operator raises.
        raise ExportProblem(
            f"{name}: it cannot be written in the operators of ONNX opset {OPSET} "
            f"({reason_of(error)}); leave it out with --without {name}, or rewrite its "
            "forward") from error
    return buffer.getvalue()


def export(entry: Entry, content: bytes) -> Exported:
    """Exports the network of a manifest's entry; content: its TorchScript file."""
    name = entry.name()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = load(name, content)
        contract = contract_of(entry.stage, entry.described, is_dense(entry.stage, loaded))
        module = prepare(name, entry.stage, loaded)
        example = example_of(contract)
        sizes = bind_axes(name, contract, entry.described, run(name, module, example))
        written = write_onnx(name, module, contract, example)
    return Exported(written, [tensor.described(sizes) for tensor in contract.inputs],
                    [tensor.described(sizes) for tensor in contract.outputs])
