#!/usr/bin/env python3
"""Draws throughput by size from the JSON of the benchmarks, and prints the table for RESULTS.md. Uses the medians of several runs.

    for run in 1 2 3; do swift run -c release Benchmarks --json > results-$run.json; done
    python3 Scripts/benchmark-chart.py results-*.json Benchmarks/throughput.svg
"""

import json
import math
import statistics
import sys

WIDTH, HEIGHT = 720, 300
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 46, 44, 280, 200
OURS, THEIRS, INK, GRID = "#d9480f", "#868e96", "#343a40", "#dee2e6"


def points(rows, kind):
    """Yields the size, the GB/s of the codec, and the GB/s of the reference."""
    for row in rows:
        if row["name"].rsplit("/", 1)[0] == kind and row["speedup"]:
            bytes_per_op = row["bytes_per_op"]
            yield bytes_per_op, bytes_per_op / row["ns_per_op"], bytes_per_op / row["reference_ns_per_op"]


def size(value):
    return f"{value >> 20} MiB" if value >= 1 << 20 else f"{value >> 10} KiB" if value >= 1024 else f"{value} B"


def plot(rows, kind, title, x0, top):
    data = sorted(points(rows, kind))
    low, high = math.log2(data[0][0]), math.log2(data[-1][0])
    x = lambda value: x0 + (math.log2(value) - low) / (high - low) * PLOT_WIDTH
    y = lambda value: TOP + PLOT_HEIGHT - value / top * PLOT_HEIGHT
    yield f'<text x="{x0}" y="{TOP - 14}" font-weight="bold">{title}</text>'
    for value in range(0, top + 1, 4):
        yield f'<line x1="{x0}" x2="{x0 + PLOT_WIDTH}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="{GRID}"/>'
        yield f'<text x="{x0 - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value}</text>'
    for value, _, _ in data[::2] if len(data) > 6 else data:
        yield f'<text x="{x(value):.1f}" y="{TOP + PLOT_HEIGHT + 18}" text-anchor="middle">{size(value)}</text>'
    for column, colour in ((2, THEIRS), (1, OURS)):
        line = " ".join(f"{x(row[0]):.1f},{y(row[column]):.1f}" for row in data)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        for row in data:
            yield f'<circle cx="{x(row[0]):.1f}" cy="{y(row[column]):.1f}" r="3" fill="{colour}"/>'


def chart(rows):
    top = 4 * math.ceil(max(row["gb_per_s"] for row in rows if row["name"].startswith(("crc32", "event"))) / 4)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
           f'font-size="11" fill="{INK}"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    yield from plot(rows, "crc32", "CRC-32, GB/s by length", LEFT, top)
    yield from plot(rows, "eventstream/decode", "Decoding messages, GB/s by length", LEFT + 360, top)
    for place, (colour, text) in enumerate(((OURS, "EventStreamCodec"), (THEIRS, "zlib's crc32 over the same bytes, and nothing else"))):
        left = LEFT + place * 160
        yield f'<line x1="{left}" x2="{left + 22}" y1="{HEIGHT - 16}" y2="{HEIGHT - 16}" stroke="{colour}" stroke-width="2.5"/>'
        yield f'<text x="{left + 28}" y="{HEIGHT - 12}">{text}</text>'
    yield "</svg>"


def table(rows):
    yield "| benchmark | ns/op | GB/s | reference | its ns/op | ratio | allocations/op |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        yield (f"| `{row['name']}` | {row['ns_per_op']:,.1f} | {row['gb_per_s']:,.2f} | {row['reference']} "
               f"| {row['reference_ns_per_op']:,.1f} | {row['speedup']:.2f} | {row['allocations_per_op']} |")


def medians(runs):
    """Returns each row with the median of every number."""
    for row in zip(*runs):
        yield {
            key: statistics.median(run[key] for run in row) if isinstance(value, (int, float)) else value
            for key, value in row[0].items()
        }


*results, picture = sys.argv[1:]
rows = list(medians([json.load(open(result)) for result in results]))
open(picture, "w").write("\n".join(chart(rows)) + "\n")
print("\n".join(table(rows)))
