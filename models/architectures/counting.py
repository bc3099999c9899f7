# SPDX-License-Identifier: Apache-2.0
"""Counts a network's parameters and the multiply-adds of a call."""

from typing import Any, List

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


class MacCounter(TorchFunctionMode):
    """Context manager that counts the multiply-adds of convolutions and matrix products."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_function__(self, func, types, args=(), kwargs=None) -> Any:
        output = func(*args, **(kwargs or {}))
        if func is torch.conv2d:
            self.count += args[1][0].numel() * output.numel()
        elif func is F.linear:
            self.count += args[1].size(1) * output.numel()
        elif func is torch.bmm:
            self.count += args[0].size(2) * output.numel()
        return output


def count_parameters(network: nn.Module) -> int:
    """Number of parameters."""
    return sum(parameter.numel() for parameter in network.parameters())


def count_gmac(network: nn.Module, inputs: List[Tensor]) -> float:
    """Multiply-adds of a call in evaluation mode, in billions (1e9)."""
    counter = MacCounter()
    with torch.no_grad(), counter:
        network.eval()(*inputs)
    return counter.count / 1e9
