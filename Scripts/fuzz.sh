#!/usr/bin/env bash
# Fuzzes one target with libFuzzer and AddressSanitizer, guided by coverage.
#
#     Scripts/fuzz.sh TARGET SECONDS [more options of libFuzzer]
#
# The corpus in .build-fuzz/corpus/TARGET grows and is reused. A failing input is written to .build-fuzz/artifacts, and the exit
# status is not 0. Replay it with `swift run -c release codec-fuzz --target TARGET FILE`.
# `swift run codec-fuzz --help` lists the targets.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?a target}
seconds=${2:?a number of seconds}
shift 2

folder=.build-fuzz
build_path=${FUZZ_BUILD_PATH:-$folder}
mkdir -p "$folder/corpus/$target" "$folder/seeds/$target" "$folder/artifacts"
# swiftc uses only the last `-sanitize=` option, so one option has both values. Otherwise Swift code has no coverage.
swift build --build-system native -c release --build-path "$build_path" --product codec-fuzz \
    --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address -Xswiftc -D -Xswiftc FUZZING > "$folder/build.log" 2>&1 \
    || { cat "$folder/build.log"; exit 1; }
python3 Scripts/fuzz-seeds.py "$target" "$folder/seeds/$target"

case $target in
    chunked* | aws*) dictionary=chunked ;;
    *) dictionary=eventstream ;;
esac

# Swift's backtracer would handle the signal that makes libFuzzer save the input.
SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 CODEC_FUZZ_TARGET=$target \
    "$build_path/release/codec-fuzz" "$folder/corpus/$target" "$folder/seeds/$target" \
    -dict="Sources/codec-fuzz/Dictionaries/$dictionary.dict" -artifact_prefix="$folder/artifacts/$target-" \
    -max_total_time="$seconds" -max_len=4096 -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 "$@"
