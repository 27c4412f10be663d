#!/bin/sh
# From a fresh clone to answers: installs, builds, runs MobileNetV1 and keyword spotting at a nominal and at a
# near-threshold operating point, and tells how long a coin cell lasts that listens for keywords.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh

echo "building: eight minutes of processor time the first time, so four to five minutes on two idle cores"
cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
rm -f build-configure.log
NINJA_STATUS="[%p of the build, %e s] " cmake --build --preset release --parallel "$(nproc)" --target subvolt

folders=""
for network in mobilenet_v1_1.0_224 kws_ds_cnn; do
  for point in nominal near_threshold; do
    folder="results/quickstart/${network}_${point}"
    echo
    build/release/subvolt run edge_npu --net "$network" --opp "$point" -o "$folder" --quiet
    folders="$folders $folder"
  done
done

echo
# shellcheck disable=SC2086
.venv/bin/python scripts/compare_results.py $folders
echo
build/release/subvolt scenario always_on_keywords
echo
echo "Each run's result.json, layers.csv, trace.csv and activity.json are in"
for folder in $folders; do echo "  $PWD/$folder"; done
echo "Where a number comes from:  build/release/subvolt explain ${folder} npu.array"
