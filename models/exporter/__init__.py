# SPDX-License-Identifier: Apache-2.0
"""Writes the networks of a demask bundle as ONNX."""
