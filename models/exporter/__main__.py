# SPDX-License-Identifier: Apache-2.0
"""demask-export: python3 -m exporter, with models in PYTHONPATH."""

import sys

from exporter.command_line import main

sys.exit(main())
