# SPDX-License-Identifier: Apache-2.0
"""The networks of Modak et al., A Deep Learning Framework to Reconstruct Face under Mask (2022)."""
