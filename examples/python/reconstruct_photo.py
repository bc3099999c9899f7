#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reconstructs the faces under the masks of a photo, and prints what happened to each face.

    reconstruct_photo.py PHOTO OUTPUT

A painted face is a plausible guess and identifies no one.
"""

import sys

import demask


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    photo, output = sys.argv[1:]
    try:
        # Uses the default models; demask.Reconstructor("folder") takes others.
        with demask.Reconstructor() as reconstructor:
            result = reconstructor.reconstruct_file(photo, output)
    except demask.DemaskError as error:
        print(f"reconstruct_photo: {error}", file=sys.stderr)
        return 1
    for face in result.faces:
        print(f"{face.status.name.lower()} at ({face.box.x:.0f}, {face.box.y:.0f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
