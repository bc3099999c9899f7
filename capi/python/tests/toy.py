# SPDX-License-Identifier: Apache-2.0
"""The toy world of the tests: its bundle and photos, and the known answers for them.

The environment variable DEMASK_TOY names the folder that tests/data/make_bundle.py has written.
"""

import os
from pathlib import Path

import demask
import numpy as np

FOLDER = Path(os.environ["DEMASK_TOY"])
BUNDLE = FOLDER / "bundle"
PRIOR_BUNDLE = FOLDER / "prior_bundle"
SHAPE_BUNDLE = FOLDER / "shape_bundle"
MASK = (24, 90, 80, 40)  # x, y, width and height of the red rectangle in masked.png
FACE = (24.0, 50.0, 80.0, 80.0)
GREEN = (0, 255, 0)
YELLOW = (255, 255, 0)
GROUND = (92, 90, 88)


def photo(name: str = "masked.png") -> demask.PixelArray:
    return demask.read_image(FOLDER / name)


def landmarks(box=FACE) -> demask.Landmarks:
    """Landmarks that the toy detector finds in a box."""
    with demask.LandmarkDetector(BUNDLE) as detector:
        return detector.detect(photo(), box)


def mouth(image: np.ndarray) -> tuple:
    """Color at the center of the mask."""
    x, y, width, height = MASK
    return tuple(int(value) for value in image[y + height // 2, x + width // 2])


PASTED = demask.ReconstructOptions(blend=demask.BlendMode.NONE)
