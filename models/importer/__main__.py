# SPDX-License-Identifier: Apache-2.0
"""demask-import: python3 -m importer, with models and models/architectures in PYTHONPATH."""

import sys

from importer.command_line import main

sys.exit(main())
