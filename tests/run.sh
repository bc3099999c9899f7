#!/usr/bin/env bash
# usage: tests/run.sh [--sanitize [thread]] [--torch pip] [-- CTEST_ARGUMENTS]
# On a fresh Debian 12: installs what is missing, builds with warnings as errors, and runs every
# test. --sanitize builds with AddressSanitizer and UndefinedBehaviorSanitizer; --sanitize thread
# with ThreadSanitizer, and runs the tests that have threads; --torch pip builds against the LibTorch
# of PyPI's torch 2.13.0 instead of Debian's.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-tests
options=(-DCMAKE_BUILD_TYPE=Release -DDEMASK_WERROR=ON -DDEMASK_BUILD_TESTS=ON)
targets=(all)
selection=()
sanitize=
torch=

while [ $# -gt 0 ]; do
  case $1 in
    --sanitize)
      sanitize=yes
      # The fuzz targets bring sanitizers of their own.
      options+=(-DDEMASK_BUILD_FUZZERS=OFF)
      if [ "${2:-}" = thread ]; then
        shift
        build=$root/build-thread
        options+=(-DDEMASK_SANITIZE=thread)
        targets=(demask_unit_tests demask_pipeline_tests demask_capi_tests demask_dataset
          demask_program)
        selection=(-R '^threads_')
        export TSAN_OPTIONS=suppressions=$root/tests/thread.supp:halt_on_error=1:history_size=4
        shift
        continue
      fi
      build=$root/build-sanitize
      options+=(-DDEMASK_SANITIZE=address,undefined)
      # LibTorch and its libraries keep what they allocate at start-up until the process ends, and
      # its C++ types are compared across libraries that were built without the sanitizer. Some
      # tests ask for more memory than there is.
      export ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0:allocator_may_return_null=1
      export UBSAN_OPTIONS=print_stacktrace=1
      ;;
    --torch)
      [ "${2:-}" = pip ] || { echo "--torch: only 'pip' is known" >&2; exit 2; }
      shift
      torch=pip
      build=$root/build-torch-pip
      ;;
    --) shift; break ;;
    *) echo "unknown option: $1" >&2; exit 2 ;;
  esac
  shift
done
if [ "$sanitize" ] && [ "$torch" ]; then
  echo "--sanitize and --torch pip: the sanitizers are run with Debian's LibTorch only; give one" \
    "of the two" >&2
  exit 2
fi

"$root/examples/install_packages.sh"
if [ "$torch" ]; then
  environment=$root/build-torch-pip-venv
  # The tests of the Python package run with Debian's Python and import this torch.
  /usr/bin/python3 -m venv "$environment"
  "$environment/bin/pip" install -q torch==2.13.0
  # The package's own folder: given only its CMake folder, CMake would find LibTorch's package there
  # and then the libraries of Debian's LibTorch.
  options+=(-DCMAKE_PREFIX_PATH="$("$environment/bin/python" -c \
    'import importlib.util; print(*importlib.util.find_spec("torch").submodule_search_locations)')")
fi
cmake -S "$root" -B "$build" -G Ninja "${options[@]}" > /dev/null
cmake --build "$build" --target "${targets[@]}"
ctest --test-dir "$build" --parallel "$(nproc)" --output-on-failure "${selection[@]}" "$@"
