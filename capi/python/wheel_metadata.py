# SPDX-License-Identifier: Apache-2.0
"""Metadata of the package that scikit-build-core asks for: what only the wheel has, which contains the
C library, and not the package alone, which uses the C library of an installed demask."""

import os
from typing import Any, Dict, Mapping


def dynamic_metadata(settings: Mapping[str, Any], project: Mapping[str, Any]) -> Dict[str, Any]:
    """Returns the dependencies and the console scripts. settings: `dependencies` and `scripts` are
    those of the wheel. Alone, the package needs no torch, because the C library is linked with another
    LibTorch, and has no script, which would replace the program of the same name."""
    if os.environ.get("DEMASK_PACKAGE_ONLY", "") not in ("", "0"):
        return {"scripts": {}}
    return {"dependencies": settings["dependencies"], "scripts": settings["scripts"]}
