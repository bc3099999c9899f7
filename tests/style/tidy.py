#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over every source file of src/ and capi/ that the build compiles.

    tidy.py SOURCE BUILD

Files are checked in parallel. A file that passed is skipped until it, a header it includes, or
.clang-tidy changes; the build folder stores which passed. Exit codes: 0 no findings, 1 findings.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

# Clang does not know GCC's warnings, nor OpenMP without another package.
ADAPTED = ["-Wno-unknown-warning-option", "-fno-openmp",
           f"-isystem{pathlib.Path(__file__).resolve().parent / 'openmp'}"]


def preprocessed(command: dict) -> bytes:
    arguments = shlex.split(command["command"])
    if pathlib.Path(arguments[0]).name == "ccache":
        arguments = arguments[1:]
    output = arguments.index("-o")
    del arguments[output:output + 2]
    return subprocess.run([*arguments, "-E"], cwd=command["directory"], capture_output=True,
                          check=True).stdout


def check(command: dict, build: pathlib.Path, settings: bytes) -> str:
    """The findings of clang-tidy for a file; "" if there are none."""
    text = preprocessed(command)
    digest = hashlib.sha256(settings + command["command"].encode() + text).hexdigest()
    passed = build / "tidy" / digest
    if passed.exists():
        return ""
    result = subprocess.run(
        ["clang-tidy", "-p", str(build), "--quiet", "--warnings-as-errors=*",
         *(f"--extra-arg={argument}" for argument in ADAPTED), command["file"]],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    if result.returncode == 0:
        passed.touch()
        return ""
    return result.stdout or f"{command['file']}: clang-tidy ended with {result.returncode}\n"


def main() -> int:
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    folders = (source / "src", source / "capi")
    commands = {command["file"]: command
                for command in json.loads((build / "compile_commands.json").read_text())
                if any(folder in pathlib.Path(command["file"]).parents for folder in folders)}
    (build / "tidy").mkdir(exist_ok=True)
    settings = (source / ".clang-tidy").read_bytes() + " ".join(ADAPTED).encode()
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = pool.map(lambda command: check(command, build, settings),
                         [commands[name] for name in sorted(commands)])
        text = "".join(found)
    print(text, end="")
    return 1 if text else 0


if __name__ == "__main__":
    sys.exit(main())
