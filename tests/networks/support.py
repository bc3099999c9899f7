# SPDX-License-Identifier: Apache-2.0
"""Helpers of the tests of the networks."""

import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, List

import torch
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
sys.path[:0] = [str(MODELS), str(MODELS / "architectures")]
torch.set_num_threads(1)


def flat(value: Any) -> List[Tensor]:
    """The tensors of nested tuples, lists and dictionaries."""
    if isinstance(value, Tensor):
        return [value]
    return [t for part in (value.values() if isinstance(value, dict) else value)
            for t in flat(part)]


def randomize(network: nn.Module, seed: int = 3) -> nn.Module:
    """Gives every parameter and buffer random values."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if name.endswith("running_var"):
                value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
            elif value.is_floating_point():
                value.copy_(torch.randn(value.shape, generator=generator) * 0.1)
    return network


class NetworkTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        torch.manual_seed(0)
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)

    def assert_close(self, first: Any, second: Any, tolerance: float):
        """Asserts that tensors, or nests of them, differ by at most `tolerance`."""
        first, second = flat(first), flat(second)
        self.assertEqual(len(first), len(second))
        for a, b in zip(first, second):
            self.assertEqual(a.shape, b.shape)
            if a.numel() > 0:
                self.assertLessEqual(float((a - b).abs().max()), tolerance)

    def scripted(self, network: nn.Module) -> torch.jit.ScriptModule:
        """The network, saved to a file and loaded again."""
        file = self.folder / "network.pt"
        torch.jit.script(network).save(str(file))
        return torch.jit.load(str(file))
