# SPDX-License-Identifier: Apache-2.0
"""Runs the program: python -m demask PHOTO..."""

import sys

from ._program import main

if __name__ == "__main__":
    sys.exit(main())
