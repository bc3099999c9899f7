#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/run.sh [--sanitize [thread]] [--torch pip] [--browser] [--getting-started] [--wheel]
#   [-- CTEST_ARGUMENTS]
# On a fresh Debian 12: installs what is missing, builds with warnings as errors, and runs every
# test. --sanitize builds with AddressSanitizer and UndefinedBehaviorSanitizer; --sanitize thread
# builds with ThreadSanitizer and runs the tests with threads; --torch pip builds against the LibTorch
# of PyPI's torch 2.13.0 instead of Debian's; --browser also installs Chromium, without which the test
# of the page of `demask studio` is skipped. CMakePresets.json holds the options of each build.
# Two do something else instead: --getting-started does what docs/getting-started.md says, command by
# command; --wheel builds the Python wheel in build-wheel, the first time with OpenCV, and tests it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
sanitize=
torch=
wheel=
packages=test
follows_guide=

while [ $# -gt 0 ]; do
  case $1 in
    --sanitize)
      sanitize=sanitize
      if [ "${2:-}" = thread ]; then
        sanitize=thread
        shift
      fi
      ;;
    --torch)
      [ "${2:-}" = pip ] || { echo "--torch: only 'pip' is known" >&2; exit 2; }
      torch=torch-pip
      shift
      ;;
    --browser) packages=browser ;;
    --getting-started) follows_guide=1 ;;
    --wheel) wheel=yes ;;
    --) shift; break ;;
    *) echo "unknown option: $1" >&2; exit 2 ;;
  esac
  shift
done
if [ "$sanitize" ] && [ "$torch" ]; then
  echo "--sanitize and --torch pip: the sanitizers run only with Debian's LibTorch; give one" \
    "of the two" >&2
  exit 2
fi
preset=${sanitize:-${torch:-dev}}

if [ "$wheel" ]; then
  "$root/cmake/install_packages.sh" wheel
  exec "$root/tests/wheel.sh" "$root/build-wheel"
fi
"$root/cmake/install_packages.sh" "$packages"
if [ "$follows_guide" ]; then
  exec "$root/tests/getting_started.sh" "$root/build-getting-started"
fi
if [ "$torch" ]; then
  environment=$root/build-torch-pip-venv
  # The tests of the Python package run with Debian's Python and import this torch.
  /usr/bin/python3 -m venv "$environment"
  "$environment/bin/pip" install -q torch==2.13.0
  # Pass the folder of the Python package: with its CMake folder alone, CMake would find LibTorch's
  # CMake package there, but then the libraries of Debian's LibTorch.
  DEMASK_TORCH=$("$environment/bin/python" -c \
    'import importlib.util; print(*importlib.util.find_spec("torch").submodule_search_locations)')
  export DEMASK_TORCH
fi
cd "$root"
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset"
ctest --preset "$preset" --parallel "$(nproc)" "$@"
