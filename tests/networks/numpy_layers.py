# SPDX-License-Identifier: Apache-2.0
"""Layers as Keras computes them, in NumPy, channels last: the reference for imported weights."""

from typing import Dict

import numpy as np

Weights = Dict[str, np.ndarray]


def conv(x: np.ndarray, kernel: np.ndarray, stride: int = 1, padding: str = "valid") -> np.ndarray:
    """x: [H,W,in]; kernel: [rows,columns,in,out]."""
    rows, columns = kernel.shape[:2]
    if padding == "same":
        assert stride == 1
        x = np.pad(x, ((rows // 2, rows // 2), (columns // 2, columns // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (rows, columns), axis=(0, 1))
    return np.einsum("hwirc,rcio->hwo", windows[::stride, ::stride], kernel)


def conv_transpose(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Stride and kernel 2. x: [H,W,in]; kernel: [2,2,out,in]."""
    tiles = np.einsum("hwi,rcoi->hrwco", x, kernel)
    return tiles.reshape(2 * x.shape[0], 2 * x.shape[1], -1)


def norm(x: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    """BatchNorm in evaluation mode; Keras' epsilon is 0.001. Inception-V3's has no scale."""
    scale = weights.get(f"{name}/gamma", 1.0) / np.sqrt(weights[f"{name}/moving_variance"] + 1e-3)
    return (x - weights[f"{name}/moving_mean"]) * scale + weights[f"{name}/beta"]


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0.0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def max_pool_same(x: np.ndarray) -> np.ndarray:
    """3x3, stride 2, "same" on an even size: padding at the end only."""
    x = np.pad(x, ((0, 1), (0, 1), (0, 0)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(0, 1))
    return windows[::2, ::2].max(axis=(3, 4))
