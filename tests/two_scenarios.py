#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run folders of one server scenario, of another, and of both at once, and whether what is made of the
third is what is made of the first two.

usage: two_scenarios.py make FOLDER RUN...     writes FOLDER/echo, toy and both from the files of the RUNs
       two_scenarios.py check FOLDER           after `waitbench report` of the three
       two_scenarios.py compared FOLDER        after `waitbench compare` of each with FOLDER/NAME-again
"""
import csv, pathlib, re, sys

NAMES = "memory.csv", "throughput.csv", "latency.csv", "latency-spectrum.csv"


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def scaled(row, scale):
    return {name: str(float(cell) * scale(name)) if cell and scale(name) != 1 else cell for name, cell in row.items()}


def toy_scale(name):
    if name in ("offered_per_second", "achieved_per_second"):
        return 0.5
    return 3 if name.endswith("_ns") or name in ("user_bytes", "total_bytes", "charged_bytes", "server_cpu_seconds") else 1


def as_toy(row):
    row = scaled(row, toy_scale)
    row.update(scenario="toy", subject=row["subject"].replace("echo-", "toy-"), order=str(int(row["order"]) + 5000))
    return row


def as_foreign(row, name, number):
    row = scaled(row, lambda name: number + 0.5 if name.endswith("_ns") or name in ("user_bytes", "total_bytes") else 1)
    row.update(subject=name, allocator="", order=str(int(row["order"]) + 1000 * number))
    return row


def make(folder, runs):
    for name in NAMES:
        for run in runs:
            if (pathlib.Path(run) / name).exists():
                rows = read(pathlib.Path(run) / name)
        loop = [row for row in rows if row["subject"] == "echo-loop"]
        echo = rows + [as_foreign(row, "mine", 1) for row in loop] + [as_foreign(row, "yours", 2) for row in loop]
        for place, rows in ("echo", echo), ("toy", [as_toy(row) for row in echo]), \
                ("both", echo + [as_toy(row) for row in echo]):
            write(folder / place / name, rows)
            again = [scaled(row, lambda column: 1.1 if column.endswith("_ns") or column == "total_bytes" else 1)
                     for row in rows]
            write(folder / (place + "-again") / name, again)
    for place in "echo", "toy", "both":
        for ending in "", "-again":
            text = '{"hostname": "vm%s", "seed": 5, "started_utc": "2026-01-01T00:00:00Z"}\n' % ending
            (folder / (place + ending) / "machine.json").write_text(text)


def without(rows, names):
    return sorted(tuple((name, cell) for name, cell in row.items() if name not in names) for row in rows)


def check_charts(folder):
    """A chart is of one workload: in the run of both it is what it is in the run of that one."""
    figures = lambda place: {path.name: path.read_text() for path in (folder / place / "charts").glob("*.csv")}
    both, alone = figures("both"), {**figures("echo"), **figures("toy")}
    assert len(both) >= 18 and set(both) == set(alone), set(both) ^ set(alone)
    assert set(figures("toy")) == {name.replace(".csv", "-toy.csv") for name in figures("echo")}
    for name in both:
        assert both[name] == alone[name], name


def check_derived(folder):
    for name in "summary.csv", "memory-per-waiter.csv":
        both = read(folder / "both" / name)
        for scenario in "echo", "toy":
            here = [row for row in both if row["scenario"] == scenario]
            assert without(here, ()) == without(read(folder / scenario / name), ()) != [], (name, scenario)
    # Claims are about the plain server, whatever else was measured beside it.
    claims = read(folder / "both" / "claims.csv")
    assert claims == read(folder / "echo" / "claims.csv")
    assert sum(row["figures"] != "not run" for row in claims) >= 6
    assert all(row["verdict"] == "undecided" for row in read(folder / "toy" / "claims.csv"))


def check_compared(folder):
    both = read(folder / "both-compared" / "compare.csv")
    for scenario in "echo", "toy":
        here = [row for row in both if row["scenario"] == scenario]
        alone = read(folder / (scenario + "-compared") / "compare.csv")
        assert without(here, ("run",)) == without(alone, ("run",)) != [], scenario
    for chart in "ratios", "machines-memory", "machines-throughput", "machines-latency":
        rows = read(folder / "both-compared" / "charts" / (chart + ".csv"))
        names = [(row["position"], row["series"]) for row in rows]
        assert len(set(names)) == len(names), chart
        labels = {row["block"]: row["row_label"] for row in rows}
        assert len(set(labels.values())) == len(labels), (chart, labels)
        assert {"echo", "toy"} <= {word for label in labels.values() for word in re.findall(r"echo|toy", label)}, chart


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "make":
        make(folder, sys.argv[3:])
    elif sys.argv[1] == "check":
        check_charts(folder)
        check_derived(folder)
    else:
        check_compared(folder)
