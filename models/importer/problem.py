# SPDX-License-Identifier: Apache-2.0
"""The error that an import raises."""


class ImportProblem(Exception):
    """Says what is wrong with which file, and what to do about it."""
