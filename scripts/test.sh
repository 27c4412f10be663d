#!/bin/sh
# Builds everything with warnings as errors and passes all tests: C++ by ctest, Python by pytest.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh clang
jobs=$(nproc)
# One cache for this checkout and the copies of it that tests build.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

cmake --preset release -DSUBVOLT_WERROR=ON
cmake --build --preset release --parallel "$jobs"
# The same program from another compiler and build type: results must not depend on them.
cmake --preset clang-debug -DSUBVOLT_WERROR=ON
cmake --build --preset clang-debug --parallel "$jobs" --target subvolt

# Readers of foreign files, under the address and undefined-behaviour sanitizers.
cmake --preset asan
cmake --build --preset asan --parallel "$jobs" --target fuzz_targets

# All suites run, whichever of them fails: one answer tells everything that is wrong.
failed=0
ctest --test-dir build/release --output-on-failure --parallel "$jobs" || failed=1
ASAN_OPTIONS=max_allocation_size_mb=1024 \
  ctest --test-dir build/asan --output-on-failure --parallel "$jobs" -L '^fuzz_targets$' || failed=1
.venv/bin/python -m pytest || failed=1
exit "$failed"
