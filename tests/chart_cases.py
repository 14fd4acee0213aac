#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run folders that are hard on charts: each case is a whole run with one thing changed in every file.

usage: chart_cases.py list                       the names of the cases
       chart_cases.py write CASE BASE FOLDER     BASE: a folder with the CSVs of a healthy run
       chart_cases.py check CASE FOLDER PLOTS    every chart of PLOTS is drawn whole in FOLDER, but those of
                                                 which nothing is left; says what is wrong
       chart_cases.py others CASE FOLDER PLOTS   the same of workloads that are not the plain server's

A new chart needs no line here while its figures come from the files below; where a case leaves nothing to
draw of it, its name stands with the case.
"""
import csv, pathlib, re, sys, xml.etree.ElementTree as tree

FILES = "memory", "throughput", "latency", "latency-spectrum", "flow"

# Three machines: a row for each line of each chart of a comparison.
COMPARED = [dict(experiment=experiment, metric=metric, parameters=parameters, arm=arm, against=against, machine=machine,
                 value=value * factor, ci_low=value * factor * 0.9, ci_high=value * factor * 1.2)
            for experiment, metric, parameters, arm, against, value in [
                ("memory", "total", "warm=0", "echo-loop", "", 4000),
                ("memory", "total", "warm=0", "echo-threads", "", 38000),
                ("memory", "total", "warm=0", "echo-threads", "echo-loop", 9.5),
                ("throughput", "achieved", "active=100", "echo-threads", "echo-loop", 0.7),
                ("throughput", "achieved", "active=100", "echo-loop", "", 50000),
                ("latency", "p50", "idle=0 load=10%", "echo-loop", "", 40000),
                ("latency", "p99", "idle=0 load=90%", "echo-loop", "", 800000)]
            for machine, factor in [("one", 1.0), ("two", 1.3), ("three", 0.6)]]

# What a trial was; all else is what it found.
CONDITIONS = set("""block order seed scenario model allocator subject pid valid note waiters_requested waiters
threads stack_bytes warm work_stack_bytes work_heap_bytes hold_bytes kernel_source connections active idle
payload_bytes arrivals offered_per_second duration_seconds server_cpus client_cpus idle_wait loops work_cpu_us
capacity_share rate_basis protocol work_slow_us work_slow_every work_cache_bytes requests_per_connection quantile
overloaded client_bound metric unit workers experiment parameters arm against machine store store_call
store_connections store_delay_us store_cpus pool_size block_us block_every block_call""".split())
RATES = "offered_per_second", "achieved_per_second"


def figures(row, change):
    """The row with every figure changed that it has."""
    return {key: value if key in CONDITIONS or value == "" else change(value) for key, value in row.items()}


def times(factor):
    return lambda rows: [figures(row, lambda value: f"{float(value) * factor:.9g}") for row in rows]


def every(**cells):
    """Cells of every row, where the file has such a column."""
    return lambda rows: [{**row, **{key: value for key, value in cells.items() if key in row}} for row in rows]


def constant(value):
    return lambda rows: [figures(row, lambda _: value) for row in rows]


def failed(rows):
    return [{**row, **({"valid": "0", "note": "it broke"} if "valid" in row else {})} for row in constant("")(rows)]


def first_block(rows):
    return [row for row in rows if row.get("block") in (None, rows[0].get("block"))]


def one_arm(rows):
    return [row for row in rows if row.get("model") in (None, "loop") and row.get("arm") in (None, "echo-loop")]


def renamed(*names):
    """The loop's rows under each of these names, as programs that are not ours."""
    def change(rows):
        loop = [row for row in first_block(rows) if row.get("model") in (None, "loop") and row.get("loops", "") != "2"]
        return [{**row, "subject" if "subject" in row else "machine": name,
                 **({"model": "", "allocator": ""} if row.get("metric") is None else {})} for row in loop for name in names]
    return change


def slow(rows):
    """190 requests/s: no percentile but the median has its samples."""
    rows = every(p99_ns="", p999_ns="", p9999_ns="", excursions_p99="1", excursions_p999="0")(rows)
    rows = [row for row in rows if float(row.get("quantile", 0)) <= 0.9]
    return [{**row, **{key: f"{float(row[key]) / 400:.4g}" for key in RATES if row.get(key)}} for row in rows]


def hung(rows):
    """The loop answers nothing, and is called valid all the same."""
    return [{**row, **every(samples="0", **dict.fromkeys((key for key in row if key == "achieved_per_second"), "0"))(
        [constant("")([row])[0]])[0]} if row.get("model") == "loop" and "samples" in row else row for row in rows]


def shrinking(rows):
    """Memory that falls as waiters are added: slopes are negative."""
    return [{**row, **{key: str(int(4e9 - float(row[key]))) for key in row if key.endswith("_bytes")
                       and key not in CONDITIONS and row[key]}} if "waiters_requested" in row else row for row in rows]


def many_kinds(rows):
    """Twenty kinds of work."""
    plain = [row for row in first_block(rows) if "payload_bytes" in row and row.get("idle") == "0"]
    return [{**row, "payload_bytes": str(64 * kind)} for row in plain for kind in range(1, 21)] or rows


def alternating(rows):
    """Twenty-four decades between neighbours."""
    return [row for i in range(len(rows)) for row in times(1e12 if i % 2 else 1e-12)(rows[i:i + 1])]


LONG = [f"a-server-of-somebody-else-with-a-very-long-name-number-{i}-of-them" for i in range(1, 17)]
LOAD = "throughput throughput-work latency-spectrum latency-load latency-utilisation latency-work latency-idle latency-active"
KINDS = "throughput-work latency-utilisation latency-work latency-idle latency-active"
MACHINES = "ratios machines-memory machines-throughput machines-latency"
# Drawn of workloads that have options of their own alone; and of three foreign programs or more.
OPTIONS = "throughput-delay latency-delay latency-others".split()
RUNTIMES = "runtimes-memory runtimes-latency runtimes-throughput runtimes-spawn".split()
RUN = "memory-growth memory-bill flow " + LOAD

# Name: what is done to the rows of every file, and the charts of which nothing is left.
CASES = {
    "healthy": (lambda rows: rows, ""),
    "no row": (lambda rows: [], RUN + " " + MACHINES),
    "only failed trials": (failed, RUN),
    "one row": (lambda rows: rows[:1], "memory-bill ratios machines-throughput machines-latency " + KINDS),
    "one block": (first_block, ""),
    "one arm": (one_arm, "ratios"),
    "nothing measured": (constant(""), "memory-bill flow"),
    "only zeros": (constant("0"), "flow"),
    "equal extremes": (constant("1000"), ""),
    "zero on a log axis": (every(active="0", offered_per_second="0", waiters_requested="0"), "latency-active latency-spectrum"),
    "huge": (times(1e12), ""),
    "tiny": (times(1e-12), ""),
    "huge beside tiny": (alternating, ""),
    "a slow subject": (slow, ""),
    "a hung subject": (hung, ""),
    "memory shrinks": (shrinking, ""),
    "twenty kinds of work": (many_kinds, "latency-idle"),
    "sixteen long names": (renamed(*LONG), ""),
    "names that are not ASCII": (renamed("größe-日本語", "ñandú-Ж" * 8, "emoji-🙂"), ""),
    "names that are commands": (renamed("100%s %d %", "{x}_y^2 `id`", "$a 'b'", "<b>&amp;"), ""),
}


def read(path):
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames, list(reader)


def write(case, base, folder):
    folder.mkdir(parents=True)
    for path in base.glob("machine.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    tables = {name: read(base / f"{name}.csv") for name in FILES}
    tables["compare"] = list(COMPARED[0]), [{key: str(value) for key, value in row.items()} for row in COMPARED]
    for name, (columns, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(CASES[case][0](rows) if rows else rows)


def labels_of(chart):
    """What its figures are called; pictures shorten what is longer than 44 characters."""
    with chart.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
        return {label for row in csv.DictReader(file) if len(label := row["label"]) <= 44}


def faults_of(chart, nothing):
    """What is wrong with a chart (charts/NAME), as text."""
    svg, png = chart.with_suffix(".svg"), chart.with_suffix(".png")
    if nothing:
        return [f"{path.name}: there is nothing to draw" for path in (svg, png, chart.with_suffix(".csv")) if path.exists()]
    if not svg.exists() or not png.exists():
        return [f"{chart.name}: it is not drawn"]
    texts = ["".join(text.itertext()).strip() for text in tree.parse(svg).iter("{http://www.w3.org/2000/svg}text")]
    wrong = [f"{chart.name}: it says '{text}'" for text in texts if re.search(r"\b[+-]?(nan|inf)\b", text, re.I)]
    wrong += [f"{chart.name}: '{label}' is not in it" for label in labels_of(chart) - set(texts)]
    if not any(texts):
        wrong.append(f"{chart.name}: it has no text")
    if png.read_bytes()[:8] != b"\x89PNG\r\n\x1a\n":
        wrong.append(f"{chart.name}: the PNG is none")
    return wrong


def scripts(plots):
    return sorted(path.stem for path in plots.glob("*.gp") if re.search(r"^NAME = ", path.read_text(), re.M))


def check_others(case, folder, plots):
    """Every picture there is is whole; and there is one of each kind that these workloads have."""
    names = {path.stem for path in (folder / "charts").iterdir()} - {"latency-trust-web-postgres", "latency-trust-blocking"}
    wanted = ["throughput-web-postgres", "latency-load-web-postgres", "throughput-delay-web-postgres",
              "latency-delay-web-postgres", "throughput-work-blocking", "latency-work-blocking", "latency-others-blocking"]
    assert all(any((name + "-").startswith(script + "-") for script in scripts(plots)) for name in names), names
    wrong = [f"{name}: it is not drawn" for name in wanted if name not in names]
    return wrong + [fault for name in sorted(names) for fault in faults_of(folder / "charts" / name, False)]


def check(case, folder, plots):
    charts = [name for name in scripts(plots) if name not in OPTIONS]
    nothing = CASES[case][1].split() + ([] if "names" in case else RUNTIMES)
    assert set(nothing) <= set(charts), set(nothing) - set(charts)
    return [fault for chart in charts for fault in faults_of(folder / "charts" / chart, chart in nothing)]


def main():
    if sys.argv[1] == "list":
        print(*CASES, sep="\n")
    elif sys.argv[1] == "write":
        write(sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]))
    else:
        look = check_others if sys.argv[1] == "others" else check
        wrong = look(sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]))
        print(*wrong, sep="\n")
        sys.exit(bool(wrong))


main()
