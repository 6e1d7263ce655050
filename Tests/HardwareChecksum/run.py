#!/usr/bin/env python3
"""Compares CHardwareChecksum with CRCs that are computed bit by bit: on this processor, and on an emulated arm64 processor.

    apt-get install gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
    python3 Tests/HardwareChecksum/run.py

Then plants faults, one at a time. The comparison must find each of them.
"""

import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "Sources" / "CHardwareChecksum"
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
SANITIZERS = ["-O1", "-g", "-fsanitize=address,undefined"]
CORRECT = "are correct"

X86, ARM = "x86-64", "arm64"
# Faults in a path that some x86-64 processors do not have.
WIDE = "x86-64 with VPCLMULQDQ"
# The compiler and what runs its programs.
TOOLS = {X86: ("gcc", []), ARM: ("aarch64-linux-gnu-gcc", ["qemu-aarch64"])}

# The processor whose comparison finds the fault, its name, the text that is replaced, and what replaces it.
FAULTS = [
    (X86, "the register is not added to the first sixteen bytes", "v128 a = xor128(load(bytes), words(value, 0));\n    if (count >= 128)", "v128 a = load(bytes);\n    if (count >= 128)"),
    (X86, "the last sixteen bytes are taken from one byte too early", "load(end - 16), earlier)", "load(end - 17), earlier)"),
    (X86, "the bytes before the last sixteen move by one too few", "load(shifts + count)), crc->fold16", "load(shifts + count + 1)), crc->fold16"),
    (WIDE, "four sums of 256 bits move half their distance", "d = add_wide(d, crc->fold128, h);", "d = add_wide(d, crc->fold64, h);"),
    (WIDE, "the loop of 256 bits skips a sum", "h = add_wide(h, crc->fold256, load_wide(bytes + 224));", "h = add_wide(h, crc->fold256, load_wide(bytes + 192));"),
    (WIDE, "a loop begins one step too early", "while (count >= 64) {\n        count -= 32;", "while (count >= 63) {\n        count -= 32;"),
    (X86, "the register of eight bytes is lost after four", "<< (64 - bits)) ^ value >> bits;", "<< (64 - bits));"),
    (X86, "the second byte of three is read twice", "(uint64_t)bytes[count - 1] << (bits - 8)", "(uint64_t)bytes[count / 2] << (bits - 8)"),
    (X86, "two overlapping words are not moved apart", "^ value) << (64 - extra), second)", "^ value) << (56 - extra), second)"),
    (WIDE, "a copy leaves out a sum", "store_wide(to + position + 32 * i, next);\n", ""),
    (WIDE, "a copy loses the register", "sums[0] = _mm256_xor_si256(sums[0], _mm256_zextsi128_si256(words(value, 0)));", ""),
    (X86, "the last term of the generator is left out", "z = xor128(z, shuffle(quotient, load(crc->last_term)));\n", ""),
    (ARM, "the second words are multiplied twice", "vmull_p64((poly64_t)vgetq_lane_u64(a, 0), (poly64_t)vgetq_lane_u64(b, 0))", "vmull_high_p64(vreinterpretq_p64_u64(a), vreinterpretq_p64_u64(b))"),
    (ARM, "CRC-32C uses the instruction of CRC-32 for its last words", "return __crc32cd(__crc32cd(0, first), second);", "return __crc32d(__crc32d(0, first), second);"),
    (ARM, "the bytes to keep and to replace are exchanged", "vreinterpretq_u8_u64(b), vreinterpretq_u8_u64(a)));", "vreinterpretq_u8_u64(a), vreinterpretq_u8_u64(b)));"),
]


def compare(processor, folder, sources, *flags):
    """Builds and runs the harness. Returns its status and its output."""
    compiler, runner = TOOLS[processor]
    program = folder / f"harness-{processor}"
    harness = sources / "harness.c"
    subprocess.run([compiler, *flags, "-I", str(sources / "include"), str(harness), "-o", str(program)], check=True)
    result = subprocess.run([*runner, str(program)], capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def copy_of_sources(folder, old="", new=""):
    """Copies the C files and the harness into one folder, with one text replaced."""
    sources = folder / "sources"
    (sources / "include").mkdir(parents=True, exist_ok=True)
    files = [*SOURCES.glob("*.[ch]"), HERE / "harness.c"]
    count = sum(file.read_text().count(old) for file in files) if old else 0
    if old and count != 1:
        sys.exit(f"found the text of a fault {count} times, expected it once: {old}")
    for file in files:
        text = file.read_text()
        (sources / file.name).write_text(text.replace(old, new) if old else text)
    for file in (SOURCES / "include").glob("*.h"):
        (sources / "include" / file.name).write_text(file.read_text())
    return sources


def main():
    native = platform.machine() in ("x86_64", "AMD64")
    processors = [X86, ARM] if native else [ARM]
    has_wide = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sources = copy_of_sources(folder)
        for processor in processors:
            flags = SANITIZERS if processor == X86 else ["-O2", "-static"]
            status, output = compare(processor, folder, sources, *WARNINGS, *flags)
            print(f"{processor}:\n{output}", end="")
            if status != 0 or CORRECT not in output:
                sys.exit(1)
            has_wide |= "256 bits" in output
        survivors = 0
        for processor, fault, old, new in FAULTS:
            if processor not in processors and not (processor == WIDE and has_wide):
                continue
            status, output = compare(X86 if processor == WIDE else processor, folder, copy_of_sources(folder, old, new), "-O1", "-static")
            survivors += status == 0
            print(f"{'FOUND NOTHING' if status == 0 else 'found'}: {fault}")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
