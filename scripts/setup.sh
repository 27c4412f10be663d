#!/bin/sh
# Installs what Subvolt needs on Debian 12: libraries by apt, Python packages into .venv. Does nothing where all
# is there already. Root or sudo is needed only when a Debian package is missing.
#
#   scripts/setup.sh [EXTRA_DEBIAN_PACKAGE...]
set -eu
cd "$(dirname "$0")/.."

packages="build-essential cmake ninja-build ccache git ca-certificates python3 python3-venv tcl
  libsystemc-dev libyaml-cpp-dev libboost-dev libeigen3-dev libcli11-dev libfmt-dev nlohmann-json3-dev libssl-dev
  zlib1g-dev libgtest-dev libgmock-dev flatbuffers-compiler libflatbuffers-dev libonnx-dev libprotobuf-dev $*"

missing=""
for package in $packages; do
  if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
    missing="$missing $package"
  fi
done
if [ -n "$missing" ]; then
  echo "installing Debian packages:$missing"
  if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
  if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
    echo "these packages need root: run as root, or install sudo" >&2
    exit 2
  fi
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install --no-install-recommends $missing >/dev/null
fi

# Debian's own Python: another one on PATH may lack venv.
python=/usr/bin/python3
if [ ! -x "$python" ]; then python=python3; fi
if ! cmp -s scripts/requirements.txt .venv/requirements.txt; then
  echo "installing Python packages into .venv"
  rm -rf .venv
  "$python" -m venv .venv
  .venv/bin/python -m pip --quiet --disable-pip-version-check install -r scripts/requirements.txt
  cp scripts/requirements.txt .venv/requirements.txt
fi
