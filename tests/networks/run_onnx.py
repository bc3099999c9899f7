# SPDX-License-Identifier: Apache-2.0
"""Runs exported networks in ONNX Runtime, in a Python without torch.

    run_onnx.py EXPORT INPUTS.npz OUTPUTS.npz

Arrays are named CASE/NETWORK/TENSOR. For each case of INPUTS, OUTPUTS receives what EXPORT's
NETWORK.onnx returns for it.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime

folder, given, out = map(Path, sys.argv[1:])
cases: dict = {}
with np.load(given) as arrays:
    for key in arrays:
        case, network, tensor = key.split("/")
        cases.setdefault((case, network), {})[tensor] = arrays[key]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
results = {}
sessions: dict = {}
for (case, network), inputs in cases.items():
    if network not in sessions:
        sessions[network] = onnxruntime.InferenceSession(
            str(folder / f"{network}.onnx"), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in sessions[network].get_outputs()]
    for name, value in zip(names, sessions[network].run(names, inputs)):
        results[f"{case}/{network}/{name}"] = value
np.savez(out, **results)
