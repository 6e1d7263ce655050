#!/usr/bin/env bash
# Fuzzes one target with libFuzzer and AddressSanitizer, guided by coverage.
#
#     Scripts/fuzz.sh TARGET SECONDS [further options of libFuzzer]
#
# The corpus grows in .build-fuzz/corpus/TARGET and is used again. A failing input is written to .build-fuzz/artifacts, and the
# status is then not 0; replay it with `swift run -c release codec-fuzz --target TARGET FILE`.
# `swift run codec-fuzz --help` lists the targets.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?a target}
seconds=${2:?a number of seconds}
shift 2

folder=.build-fuzz
mkdir -p "$folder/corpus/$target" "$folder/seeds/$target" "$folder/artifacts"
# Of two `-sanitize=` options swiftc heeds the last one only, so that both stand in one: otherwise no edge of Swift code is seen.
swift build --build-system native -c release --build-path "$folder" --product codec-fuzz \
    --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address -Xswiftc -D -Xswiftc FUZZING > "$folder/build.log" 2>&1 \
    || { cat "$folder/build.log"; exit 1; }
python3 Scripts/fuzz-seeds.py "$target" "$folder/seeds/$target"

case $target in
    chunked* | aws*) dictionary=chunked ;;
    *) dictionary=eventstream ;;
esac

# Swift's own backtracer would take the signal that tells libFuzzer to save the input.
SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 CODEC_FUZZ_TARGET=$target \
    "$folder/release/codec-fuzz" "$folder/corpus/$target" "$folder/seeds/$target" \
    -dict="Sources/codec-fuzz/Dictionaries/$dictionary.dict" -artifact_prefix="$folder/artifacts/$target-" \
    -max_total_time="$seconds" -max_len=4096 -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 "$@"
