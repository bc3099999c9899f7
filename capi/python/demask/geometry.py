# SPDX-License-Identifier: Apache-2.0
"""Boxes and landmarks. Coordinates are pixels of the image that they belong to; (0, 0) is the
center of the top left pixel, with x to the right and y down."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Tuple

import numpy as np
import numpy.typing as npt

from ._handles import Handle
from ._library import library
from ._structs import FloatPointer, LandmarksStruct
from .enums import LandmarkScheme
from .errors import InvalidArgumentError

FloatArray = npt.NDArray[np.float32]


class Box(NamedTuple):
    """A rectangle: left edge, top edge, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Landmarks:
    """A set of facial landmarks. Raises InvalidArgumentError for arrays of the wrong shape.

    >>> import numpy
    >>> demask.Landmarks(numpy.zeros((98, 2))).scheme.name
    'WFLW98'
    """

    points: FloatArray
    """Array of count x 2: x, y in pixels; 68 points of iBUG 300-W or 98 of WFLW."""
    confidence: Optional[FloatArray] = None
    """One number in [0, 1] for each point; None if unknown."""

    def __post_init__(self) -> None:
        points = np.ascontiguousarray(self.points, dtype=np.float32)
        if points.shape not in [(scheme.value, 2) for scheme in LandmarkScheme]:
            raise InvalidArgumentError(
                f"points: have the shape {points.shape}; pass 68 x 2 (iBUG) or 98 x 2 (WFLW)")
        object.__setattr__(self, "points", points)
        if self.confidence is not None:
            confidence = np.ascontiguousarray(self.confidence, dtype=np.float32)
            if confidence.shape != (len(points),):
                raise InvalidArgumentError(
                    f"confidence: has the shape {confidence.shape}; pass one number for each of "
                    f"the {len(points)} points, or None")
            object.__setattr__(self, "confidence", confidence)

    @property
    def scheme(self) -> LandmarkScheme:
        return LandmarkScheme(len(self.points))

    def to_ibug68(self) -> Landmarks:
        """Returns the 68 points that inpainters see: a copy of an iBUG set, or the points of a WFLW
        set at the same places of the face."""
        struct = self._struct()
        converted = Handle("landmark_set_free", "landmarks_to_ibug68", ctypes.byref(struct))
        result = LandmarksStruct()
        library().call("landmark_set_get", converted.pointer, ctypes.byref(result))
        return landmarks_from(result)

    def _struct(self) -> LandmarksStruct:
        """Borrows the arrays: this object must outlive the struct."""
        return LandmarksStruct(
            self.scheme, len(self.points), self.points.ctypes.data_as(FloatPointer),
            None if self.confidence is None else self.confidence.ctypes.data_as(FloatPointer))


def landmarks_from(struct: LandmarksStruct) -> Landmarks:
    """Copies landmarks that belong to the library."""
    count = struct.count
    return Landmarks(
        np.ctypeslib.as_array(struct.points, (count, 2)).copy(),
        np.ctypeslib.as_array(struct.confidence, (count,)).copy() if struct.confidence else None)


def canonical_similarity(landmarks: Landmarks, size: int = 256) -> npt.NDArray[np.float64]:
    """Returns the 2 x 3 similarity transform from the photo to the canonical face of `size` pixels,
    which puts the eye centers at (0.35, 0.42) and (0.65, 0.42) of its side. A face whose chin would
    lie below 0.945 is shrunk around the midpoint of its eyes until the chin lies there."""
    matrix = (ctypes.c_double * 6)()
    struct = landmarks._struct()
    library().call("canonical_similarity", ctypes.byref(struct), size, matrix)
    return np.array(matrix, dtype=np.float64).reshape(2, 3)


def float_array(values: Any, shape: Tuple[int, ...], name: str) -> FloatArray:
    """Converts numbers to floats in C order; -1 in `shape` allows any length."""
    array = np.ascontiguousarray(values, dtype=np.float32)
    fits = array.ndim == len(shape) and all(
        wanted in (-1, length) for wanted, length in zip(shape, array.shape))
    if not fits:
        raise InvalidArgumentError(
            f"{name}: has the shape {array.shape}; pass "
            f"{' x '.join('n' if n < 0 else str(n) for n in shape)} numbers")
    return array
