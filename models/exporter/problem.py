# SPDX-License-Identifier: Apache-2.0
"""The error that an export raises."""


class ExportProblem(Exception):
    """Says what is wrong with which file or network, and what to do about it."""
