# The steps of .ci/run: `step_NAME` is the step NAME. A step runs in a subshell with `set -e`, at the root of the repository.
#
# There are four build trees: .build (debug), .build-release, .build-sanitize and Examples/.build.

# Writes the output of a build to a log of this name and fails if our own sources cause a warning.
without_warnings() {
    local log=.build/ci/$1.log
    shift
    "$@" 2>&1 | tee "$log"
    expect_no_warnings "$log"
}

# Fails if a log has warnings of our own sources.
expect_no_warnings() {
    if grep -E "^$PWD/(Sources|Tests|Benchmarks|Examples)/.*warning:" "$1"; then
        echo "found warnings, which are errors here" >&2
        return 1
    fi
}

# Runs tests and records which were run and which were skipped, for `skipped_tests`.
recording_skips() {
    local name=$1 log=.build/ci/$1.log status=0
    shift
    "$@" 2>&1 | tee "$log" || status=$?
    sed -nE 's/^.{0,4}(Test|Suite) (.*) skipped(: .*)?$/\1 \2\3/p' "$log" | sort -u > ".build/ci/skipped-$name"
    sed -nE 's/^.{0,4}(Test|Suite) (.*) (passed|failed) after .*$/\1 \2/p' "$log" | sed -E 's/ with [0-9]+ test cases?$//' \
        | sort -u > ".build/ci/ran-$name"
    return $status
}

# Prints the tests that were skipped in each step that could have run them.
tests_that_no_step_ran() {
    ls .build/ci/skipped-* > /dev/null 2>&1 || return 0
    cat .build/ci/ran-* | sort -u > .build/ci/all-ran
    cat .build/ci/skipped-* | sort -u | while IFS= read -r line; do
        grep -qxF -- "${line%%: *}" .build/ci/all-ran || printf '%s\n' "$line"
    done
}

list_skipped_tests() {
    local skipped
    skipped=$(tests_that_no_step_ran)
    [ -z "$skipped" ] || printf 'skipped  %s\n' "$skipped"
}

# Prints the first messages of tests that failed. Some log viewers show only the summary.
list_failed_tests() {
    grep -ahE '^.{0,4}(Test|Suite) .* (recorded an issue|failed after)' .build/ci/*.log 2> /dev/null | head -n 20 || true
}

# Installs the programs that tests use: Debian's packages, and Python's.
step_install() {
    local packages=()
    command -v python3 > /dev/null || packages+=(python3 python3-pip)
    command -v curl > /dev/null || packages+=(curl)
    command -v nginx > /dev/null || packages+=(nginx-light)
    command -v node > /dev/null || packages+=(nodejs)
    command -v valgrind > /dev/null || packages+=(valgrind)
    command -v openssl > /dev/null || packages+=(openssl)
    command -v strip > /dev/null || packages+=(binutils)
    command -v debootstrap > /dev/null || packages+=(debootstrap)
    command -v chromium > /dev/null || packages+=(chromium)
    command -v tshark > /dev/null || packages+=(tshark)
    command -v jq > /dev/null || packages+=(jq)
    command -v zsh > /dev/null || packages+=(zsh)
    command -v fish > /dev/null || packages+=(fish)
    command -v mandoc > /dev/null || packages+=(mandoc)
    command -v groff > /dev/null || packages+=(groff-base)
    # Arm's instructions are emulated.
    command -v aarch64-linux-gnu-gcc > /dev/null || packages+=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
    command -v qemu-aarch64 > /dev/null || packages+=(qemu-user)
    # For the examples.
    [ -e /usr/include/zlib.h ] || packages+=(zlib1g-dev)
    command -v cjpeg > /dev/null || packages+=(libjpeg-turbo-progs)
    if [ ${#packages[@]} -gt 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}"
    fi
    python3 -c 'import botocore.eventstream' 2> /dev/null \
        || python3 -m pip install --quiet botocore \
        || python3 -m pip install --quiet --break-system-packages botocore
    python3 -c 'import botocore; print("botocore", botocore.__version__)'
    { python3 -c 'import boto3' && aws --version; } > /dev/null 2>&1 \
        || python3 -m pip install --quiet boto3 awscli \
        || python3 -m pip install --quiet --break-system-packages boto3 awscli
    python3 -c 'import moto.server, flask_cors, cryptography' 2> /dev/null \
        || python3 -m pip install --quiet 'moto[s3,server]' cryptography \
        || python3 -m pip install --quiet --break-system-packages 'moto[s3,server]' cryptography
    python3 -c 'import moto; print("moto", moto.__version__)'
    aws --version
    python3 -c 'import awscrt.s3, minio, pyarrow.fs' 2> /dev/null \
        || python3 -m pip install --quiet awscrt minio pyarrow \
        || python3 -m pip install --quiet --break-system-packages awscrt minio pyarrow
    python3 -c 'import h2.connection' 2> /dev/null \
        || python3 -m pip install --quiet h2 \
        || python3 -m pip install --quiet --break-system-packages h2
    # Without its dependencies: it asks for an old awscrt, and its signer of events works with any.
    python3 -c 'import amazon_transcribe.eventstream' 2> /dev/null \
        || python3 -m pip install --quiet --no-deps amazon-transcribe \
        || python3 -m pip install --quiet --no-deps --break-system-packages amazon-transcribe
}

step_lint() {
    swift format lint --strict -r Sources Tests Benchmarks Package.swift Examples
}

step_generated_files() {
    python3 Tests/Vectors/generate.py --check
    python3 Scripts/generate-crc-tables.py --check
    python3 Viewers/generate.py --check
}

# The tests of the library targets, without the traits and what they fetch.
step_fast_tests() {
    export WITHOUT_LAMBDA_LOCAL=1
    without_warnings fast-build swift build --build-tests
    recording_skips fast swift test --skip-build --filter '^(EventStreamCodecTests|TextCodingTests|LambdaStreamingTests)\.'
}

# The README's test command.
step_readme_tests() {
    local command
    command=$(sed -n '/^The tests:$/,/^## /p' README.md | sed -n '/^```/,/^```/p' | sed '1d;$d')
    [ -n "$command" ]
    command+=" --enable-code-coverage"
    echo "\$ $command"
    recording_skips debug bash -c "$command"
    expect_no_warnings .build/ci/debug.log
}

# Prints which lines of the library the tests do not reach. Each has an explanation.
step_coverage() {
    python3 Scripts/coverage.py
}

# Every example builds without warnings and prints what its README shows. Then the tests that need the examples run.
step_examples() {
    local names
    names=$(grep -L async-http-client Examples/*/Package.swift | xargs -n 1 dirname | xargs -n 1 basename)
    # shellcheck disable=SC2086
    Examples/check --lambda-local .build/debug/lambda-local $names
    recording_skips examples swift test --skip-build --traits LambdaRuntime,Network,Crypto,NIO --filter ExampleTests
}

# The examples that use AsyncHTTPClient, in the tree of step `readme_tests` and with its options, so that AsyncHTTPClient is not built
# again. The tree cannot run the tests afterwards.
step_network_examples() {
    local names
    names=$(grep -l async-http-client Examples/*/Package.swift | xargs -n 1 dirname | xargs -n 1 basename)
    cp .build/debug/eventstream .build/ci/eventstream
    # shellcheck disable=SC2086
    LLVM_PROFILE_FILE=/dev/null Examples/check --scratch-path .build --build-option=--enable-code-coverage \
        --eventstream "$PWD/.build/ci/eventstream" $names
}

# The S3 clients of PyPI upload to the example server, with every checksum algorithm that they offer. Optimized, because they send
# a gigabyte.
step_s3_clients() {
    # In the tree of step `release_build` and with its options, so that SwiftNIO and swift-crypto are not built again.
    rm -f .build-release/release.yaml
    swift build -c release --static-swift-stdlib --package-path Examples/S3Server --scratch-path .build-release
    rm -f .build-release/release.yaml
    python3 Tests/CrossChecks/s3_clients.py .build-release/release/S3Server | tee .build/ci/s3-clients.md
}

# Compares the instructions for CRCs of this processor, and of an emulated Arm processor, with CRCs computed bit by bit.
step_hardware_checksum() {
    python3 Tests/HardwareChecksum/run.py
}

# The steps with sanitizers use the trait HardwareChecksum, all others do not. So the tests and the fuzz targets run with it and
# without it, and nothing is built twice for that.
#
# Optimized, because AddressSanitizer sees overflows through raw pointers only there, and allocations can be counted only there.
# Leaks are not reported, because the test libraries have some. The tests of lambda-local depend on the speed of processes, and two
# suites run only the compiler.
step_address_sanitizer() {
    export WITHOUT_LAMBDA_LOCAL=1
    ASAN_OPTIONS=detect_leaks=0 recording_skips sanitize \
        swift test -c release --build-path .build-sanitize "${sanitize[@]}" \
        --skip DocumentationTests --skip LifetimeTests
}

# Edges are counted too, so that the fuzzer sees the work that an input causes.
sanitize=(--traits HardwareChecksum --sanitize address -Xswiftc -sanitize-coverage=edge,trace-pc-guard -Xcc -DCOUNT_STEPS)

# Runs every fuzz target for some seconds, with AddressSanitizer and limits on memory and steps.
step_fuzz() {
    export WITHOUT_LAMBDA_LOCAL=1
    swift build -c release --build-path .build-sanitize "${sanitize[@]}" --product codec-fuzz
    ASAN_OPTIONS=detect_leaks=0 .build-sanitize/release/codec-fuzz --target all --seconds 25
    # Without the trait HardwareChecksum.
    LLVM_PROFILE_FILE=/dev/null .build/debug/codec-fuzz --target all --seconds 10
}

# Uses decoders, copies of decoders and encoders on many threads at once.
step_thread_sanitizer() {
    export WITHOUT_LAMBDA_LOCAL=1
    swift build -c release --build-path .build-sanitize --product codec-fuzz --sanitize thread --traits HardwareChecksum
    .build-sanitize/release/codec-fuzz --target threads --seconds 10
}

# Fuzzes with libFuzzer. A planted overflow, which only guidance by coverage finds and only AddressSanitizer sees, must end the
# run, and the input that was written must repeat it.
step_guided_fuzz() {
    local artifact log=.build/ci/planted.log
    export FUZZ_BUILD_PATH=.build-sanitize WITHOUT_LAMBDA_LOCAL=1
    Scripts/fuzz.sh headers 5 2>&1 | tail -n 8
    rm -rf .build-fuzz/corpus/planted-overflow .build-fuzz/artifacts/planted-overflow-*
    # With a seed, so that it takes the same time in each run.
    if Scripts/fuzz.sh planted-overflow 120 -seed=1 -max_len=16 > "$log" 2>&1; then
        echo "found no crash, expected the planted one" >&2
        return 1
    fi
    grep -E 'ERROR: AddressSanitizer|Test unit written|stat::number_of_executed_units' "$log"
    artifact=$(ls .build-fuzz/artifacts/planted-overflow-crash-*)
    if SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 CODEC_FUZZ_TARGET=planted-overflow \
        "$FUZZ_BUILD_PATH/release/codec-fuzz" "$artifact" > "$log" 2>&1; then
        echo "$artifact does not repeat the crash" >&2
        return 1
    fi
    grep 'ERROR: AddressSanitizer' "$log"
}

# Each planted fault still finds its place in the sources. Scripts/drill.py plants all of them, which takes half an hour.
step_planted_faults() {
    python3 Scripts/drill.py --list
}

# Builds the optimized programs, as Scripts/install does.
step_release_build() {
    Scripts/install --prefix .build/ci/installed --build-path .build-release
}

# The completions and manual pages that Scripts/install wrote are complete, and their interpreters find nothing wrong.
step_installed_files() {
    local share=.build/ci/installed/share name page
    for name in eventstream lambda-local; do
        bash -n "$share/bash-completion/completions/$name"
        zsh -n "$share/zsh/site-functions/_$name"
        fish --no-execute "$share/fish/vendor_completions.d/$name.fish"
    done
    bash -c 'source "$1" && COMP_WORDS=(eventstream insp) && COMP_CWORD=1 && COMP_LINE="eventstream insp" && COMP_POINT=16
        COMP_TYPE=9 && _eventstream eventstream insp eventstream && [ "${COMPREPLY[*]}" = inspect ]' bash "$share/bash-completion/completions/eventstream"
    for name in eventstream eventstream-decode eventstream-lambda-invoke eventstream-chunked-decode lambda-local; do
        [ -s "$share/man/man1/$name.1" ] || { echo "found no manual page of $name" && return 1; }
    done
    for page in "$share"/man/man1/*.1; do
        # Both print what is wrong.
        diff /dev/null <(mandoc -T lint -W warning "$page" 2>&1)
        diff /dev/null <(groff -ww -man -T utf8 -z "$page" 2>&1)
    done
}

# The viewers show the same fields as the command. mitmproxy is in a folder of its own, because it asks for other versions of
# cryptography and Flask than the servers of the tests.
step_viewers() {
    local folder=$PWD/.build/ci/mitmproxy log=.build/ci/mitmproxy.log
    # pip also compares the new versions with those of the system, which stay as they are.
    PYTHONPATH=$folder python3 -c 'import mitmproxy.http' 2> /dev/null \
        || python3 -m pip install --quiet --upgrade --target "$folder" mitmproxy 2> "$log" || { cat "$log" && return 1; }
    PYTHONPATH=$folder python3 Tests/CrossChecks/viewers.py .build/ci/installed/bin/eventstream
}

# This package's column of the conformance grid is what it was. Changes of other implementations are only printed.
step_conformance() {
    local folder=$PWD/.build/ci/conformance
    export PYTHONPATH=$folder
    python3 -c 'import aiohttp, h11, httptools' 2> /dev/null \
        || python3 -m pip install --quiet --upgrade --target "$folder" aiohttp h11 httptools
    python3 Tests/Vectors/conformance_test.py
    EVENTSTREAM=$PWD/.build/ci/installed/bin/eventstream python3 Tests/Vectors/conformance.py --grid --check
}

# Runs the installed programs in a minimal Debian, which has no Swift.
step_installed_programs() {
    local root=$PWD/.build/ci/debian release
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    rm -rf "$root"
    debootstrap --variant=minbase "$release" "$root" > .build/ci/debootstrap.log || { tail .build/ci/debootstrap.log && return 1; }
    cp .build/ci/installed/bin/* "$root/usr/local/bin/"
    cp Tests/Vectors/eventstream/lambda-payload-chunk.bin "$root/tmp/"
    # Swift's programs read their arguments from /proc. In a namespace of its own, the mount ends with the command.
    [ "$(in_debian "$root" eventstream decode --format payload /tmp/lambda-payload-chunk.bin)" = 'Hello, world!' ]
    in_debian "$root" lambda-local --help | grep USAGE
    if in_debian "$root" sh -c 'command -v swift'; then return 1; fi
    rm -rf "$root"
}

in_debian() {
    local root=$1
    shift
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" "$@"
}

# Sends 1 GiB of messages and 200 MB of chunks through the command.
step_gibibyte() {
    local command=.build/ci/installed/bin/eventstream sum
    python3 Scripts/stream-through.py "$command"
    head -c 200000000 /dev/urandom > .build/ci/data
    sum=$(sha256sum < .build/ci/data)
    [ "$sum" = "$("$command" chunked encode --chunk-size 16384 .build/ci/data | "$command" chunked decode | sha256sum)" ]
    echo "200 MB in chunks of 16 KiB, encoded and decoded: SHA-256 equal"
    rm .build/ci/data
}

# Counts instructions as inputs double.
step_growth() {
    python3 Scripts/growth.py .build/ci/installed/bin/eventstream 24000
}

# Compares instructions and allocations per operation with the recorded ones.
step_instructions() {
    swift build -c release --traits Network,Crypto --static-swift-stdlib --build-path .build-release --product Benchmarks
    python3 Scripts/count-instructions.py .build-release/release/Benchmarks
}

# Compares the instructions of the command for each message with the recorded ones, and checks that no message allocates.
step_command_instructions() {
    python3 Scripts/command-speed.py .build/ci/installed/bin/eventstream --count
}

# Measures what decoding adds to a stripped program.
step_binary_size() {
    Scripts/binary-size
}

# Runs every vector on 32 bits, in Embedded Swift, with the outcomes recorded for 64 bits.
step_thirty_two_bits() {
    python3 Tests/ThirtyTwoBits/run.py --required
}

# Prints the source files of a target.
sources_of() {
    swift package describe --type json | python3 -c '
import json, sys
for target in json.load(sys.stdin)["targets"]:
    if target["name"] == sys.argv[1]:
        print("\n".join(target["path"] + "/" + source for source in target["sources"]))' "$1"
}

# The library builds as a binary framework would be built.
step_library_evolution() {
    local folder=.build/ci/evolution
    local flags=(-package-name EventStreamCodec -enable-library-evolution -swift-version 6 -enable-experimental-feature Lifetimes)
    mkdir -p "$folder"
    swiftc -emit-module -emit-module-path "$folder/EventStreamMessages.swiftmodule" -module-name EventStreamMessages \
        "${flags[@]}" $(sources_of EventStreamMessages)
    # Only type-checked, because the compiler (6.3.1) crashes on a message view of a resilient module.
    swiftc -typecheck -module-name EventStreamCodec "${flags[@]}" -I "$folder" $(sources_of EventStreamCodec)
}

# A package that depends on this one by its URL and uses only library products fetches nothing else.
step_consumer() {
    local folder=$PWD/.build/ci/consumer tree=$PWD/Examples/.build
    rm -rf "$folder"
    mkdir -p "$folder"
    git clone -q . "$folder/EventStreamCodec"
    mkdir -p "$folder/consumer/Sources/consumer"
    cat > "$folder/consumer/Package.swift" << 'SWIFT'
// swift-tools-version: 6.2
import PackageDescription
let package = Package(
    name: "consumer",
    dependencies: [.package(url: "../EventStreamCodec", branch: "main")],
    targets: [
        .executableTarget(
            name: "consumer", dependencies: [.product(name: "EventStreamCodec", package: "EventStreamCodec")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "messages", dependencies: [.product(name: "EventStreamMessages", package: "EventStreamCodec")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "streaming", dependencies: [.product(name: "LambdaStreaming", package: "EventStreamCodec")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "foundation", dependencies: [.product(name: "EventStreamFoundation", package: "EventStreamCodec")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]),
    ]
)
SWIFT
    cat > "$folder/consumer/Sources/consumer/main.swift" << 'SWIFT'
import EventStreamCodec

let bytes = try EventStreamMessage(.event(type: "chunk"), payload: Array("Hello, world!".utf8)).encoded()
var decoder = EventStreamDecoder()
try decoder.decode(bytes.span) { message in
    if message.eventType == "chunk" { print(message.payload.byteCount) }
}
try decoder.finish()
SWIFT
    mkdir -p "$folder/consumer/Sources/messages"
    sed 's/import EventStreamCodec/import EventStreamMessages/' "$folder/consumer/Sources/consumer/main.swift" \
        > "$folder/consumer/Sources/messages/main.swift"
    mkdir -p "$folder/consumer/Sources/streaming"
    cat > "$folder/consumer/Sources/streaming/main.swift" << 'SWIFT'
import LambdaStreaming

var encoder = InvokeResponseEncoder()
var bytes: [UInt8] = []
try encoder.append(payload: Array("Hello, world!".utf8), to: &bytes)
var response = InvokeResponseDecoder()
try response.decode(bytes) { element in
    if case .payload(let payload) = element { print(payload.byteCount) }
}
print(try response.finish() == .incomplete)
SWIFT
    mkdir -p "$folder/consumer/Sources/foundation"
    cat > "$folder/consumer/Sources/foundation/main.swift" << 'SWIFT'
import EventStreamCodec
import EventStreamFoundation
import Foundation

let bytes = Data(try EventStreamMessage(.event(type: "chunk"), json: ["n": 7]).encoded())
var decoder = EventStreamDecoder()
try decoder.decode(bytes) { message in print(try message.payload(as: [String: Int].self)["n"] ?? 0) }
SWIFT
    git -C "$folder/EventStreamCodec" checkout -q -B main
    (cd "$folder/consumer" && [ "$(swift run -q --scratch-path "$tree" consumer)" = 13 ])
    (cd "$folder/consumer" && [ "$(swift run -q --scratch-path "$tree" messages)" = 13 ])
    (cd "$folder/consumer" && [ "$(swift run -q --scratch-path "$tree" streaming | tr '\n' ' ')" = "13 true " ])
    (cd "$folder/consumer" && [ "$(swift run -q --scratch-path "$tree" foundation)" = 7 ])
    with_hardware_checksum "$folder"
    with_nio "$folder"
    # Package.resolved names what was fetched.
    grep '"identity"' "$folder/consumer/Package.resolved"
    [ "$(grep -c '"identity"' "$folder/consumer/Package.resolved")" = 1 ]
}

# The same with the trait HardwareChecksum: nothing is fetched, no flag is needed, and the instructions are in the program.
with_hardware_checksum() {
    local folder=$1 package=$1/hardware
    mkdir -p "$package/Sources/hardware"
    cat > "$package/Package.swift" << 'SWIFT'
// swift-tools-version: 6.2
import PackageDescription
let package = Package(
    name: "hardware",
    dependencies: [.package(url: "../EventStreamCodec", branch: "main", traits: ["HardwareChecksum"])],
    targets: [
        .executableTarget(
            name: "hardware", dependencies: [.product(name: "EventStreamCodec", package: "EventStreamCodec")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)])
    ]
)
SWIFT
    cp "$folder/consumer/Sources/consumer/main.swift" "$package/Sources/hardware"
    rm -f "$tree/debug.yaml"
    (cd "$package" && swift build --scratch-path "$tree" --product hardware)
    [ "$("$tree/debug/hardware")" = 13 ]
    nm "$tree/debug/hardware" | grep hardware_crc32_advance
    [ "$(grep -c '"identity"' "$package/Package.resolved")" = 1 ]
}

# With the trait NIO, only SwiftNIO and the packages that it depends on are fetched. The examples build such a program.
with_nio() {
    local folder=$1 package=$1/nio
    mkdir -p "$package/Sources/nio"
    cat > "$package/Package.swift" << 'SWIFT'
// swift-tools-version: 6.2
import PackageDescription
let package = Package(
    name: "nio",
    dependencies: [.package(url: "../EventStreamCodec", branch: "main", traits: ["NIO"])],
    targets: [
        .executableTarget(name: "nio", dependencies: [.product(name: "EventStreamNIO", package: "EventStreamCodec")])
    ]
)
SWIFT
    touch "$package/Sources/nio/main.swift"
    (cd "$package" && swift package resolve --scratch-path "$tree")
    grep -o '"identity" : "[^"]*"' "$package/Package.resolved" | sed 's/.*: "//; s/"$//' | sort | tee "$package/fetched"
    [ "$(tr '\n' ' ' < "$package/fetched")" = "eventstreamcodec swift-atomics swift-collections swift-nio swift-system " ]
}

# Builds the documentation from the modules that step `readme_tests` compiled.
step_documentation() {
    local docc toolchain module modules
    toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")
    docc=$toolchain/docc
    [ -x "$docc" ] || docc=$(command -v docc)
    modules=$(swift build --show-bin-path)/Modules
    for module in EventStreamCodec LambdaStreaming; do
        rm -rf .build/graph
        mkdir -p .build/graph .build/docs
        # EventStreamCodec re-exports EventStreamMessages, so their documentation is one.
        "$toolchain/swift-symbolgraph-extract" -module-name "$module" -I "$modules" -target "$(uname -m)-unknown-linux-gnu" \
            -minimum-access-level public -experimental-allowed-reexported-modules=EventStreamMessages -output-dir .build/graph
        # Only the module's own graph, and those of its extensions of other modules' types, which have an at sign.
        find .build/graph -type f ! -name "$module.symbols.json" ! -name "$module@*.symbols.json" -delete
        "$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir .build/graph \
            --output-dir ".build/docs/$module" --fallback-display-name "$module" \
            --fallback-bundle-identifier "$module" --warnings-as-errors
    done
}

# In CI every test must have run in some step.
step_skipped_tests() {
    list_skipped_tests
    [ "${CI:-}" != true ] || [ -z "$(tests_that_no_step_ran)" ]
}
