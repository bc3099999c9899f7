# SPDX-License-Identifier: Apache-2.0
"""Turns published checkpoints into entries of a demask bundle."""
