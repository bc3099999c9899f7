# SPDX-License-Identifier: Apache-2.0
"""The version of the C library that this package was written for."""

__version__ = "0.2.0"
