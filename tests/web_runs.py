#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what is made of a run of web and blocking (simulated_web.py) says what is true of it.

usage: web_runs.py report FOLDER           after `waitbench report`
       web_runs.py slower FOLDER COPY      writes a copy on another machine, where the loop's pool takes twice as long
       web_runs.py compared FOLDER         FOLDER/compare.csv of the two
"""
import csv, json, pathlib, re, shutil, sys
from simulated_web import COST_US

NAME = {("threads", ""): "web-threads", ("loop", "inline"): "web-loop:inline", ("loop", "pool"): "web-loop:pool-4",
        ("loop", "async"): "web-loop:async", ("loop", "pipeline"): "web-loop:pipeline", ("pool", ""): "web-pool:32-threads"}


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def costs(store):
    """What a request costs each arm, by its name."""
    return {NAME[model, way.get("store_call", "")]: cost for (model, way), cost in COST_US[store]}


def check_summary(folder):
    rows = read(folder / "summary.csv")
    keys = [tuple(row[key] for key in ("experiment", "scenario", "metric", "parameters", "arm_a", "arm_b")) for row in rows]
    assert len(set(keys)) == len(keys)
    for store in "sqlite", "postgres":
        cost = costs(store)
        pairs = [row for row in rows if row["metric"] == "server_cpu_per_request" and row["experiment"] == "throughput"
                 and f"store={store}" in row["parameters"].split() and "active=10" in row["parameters"].split()]
        names = {(row["arm_a"], row["arm_b"]) for row in pairs}
        loops = [name for name in cost if name.startswith("web-loop")]
        assert names == {(a, loop) for loop in loops for a in ("web-threads", "web-pool:32-threads")} | \
            {("web-threads", "web-pool:32-threads")}, names
        for row in pairs:
            ratio = cost[row["arm_a"]] / cost[row["arm_b"]]
            assert abs(float(row["ratio"]) / ratio - 1) < 0.06, (row["arm_a"], row["arm_b"], row["ratio"], ratio)


def check_claims(folder):
    claims = {row["id"]: row for row in read(folder / "claims.csv")}
    speed = claims["speed"]
    assert speed["verdict"] == "depends" and int(speed["settings"]) == 4 + 7, speed
    # SQLite: 20 us with threads, 15 inline, 31 through the pool: the best way decides, in one vote.
    assert "web with SQLite refuted (rests on 4 of 4 settings)" in speed["condition"]
    assert "the loop calling inline: 0.7" in speed["condition"] and "pool of 4" not in speed["condition"]
    # PostgreSQL: 40 and 48; and the other way round once its connections are the limit.
    assert "web with PostgreSQL depends" in speed["condition"]
    assert re.search(r"web with PostgreSQL, 100 active connections: median requests/s of threads higher below [123]\d\d \(\d+ to "
                     r"\d+\) us more for each query, lower above", speed["condition"]), speed["condition"]
    assert "threads : loop with a pipeline (7 settings" in speed["figures"]
    assert "; the database on the server's CPU" in speed["condition"]
    assert claims["compatibility"]["verdict"] == "reproduced"
    assert "the loop's pool of 4 runs out at 3.8 calls at once" in claims["compatibility"]["condition"]
    assert "web with SQLite, no other work: " in claims["tail"]["condition"]
    assert "web with SQLite" in claims["idle-only"]["figures"]


def check_charts(folder):
    drawn = {path.stem for path in (folder / "charts").glob("*.svg")}
    wanted = [f"{chart}-web-{store}" for store in ("sqlite", "postgres") for chart in
              ("throughput", "latency-spectrum", "latency-load", "latency-utilisation")]
    wanted += ["memory-growth-web-sqlite", "memory-bill-web-sqlite", "latency-idle-web-sqlite", "throughput-delay-web-postgres",
               "latency-delay-web-postgres", "latency-others-blocking", "throughput-work-blocking"]
    assert set(wanted) <= drawn, set(wanted) - drawn
    # Nothing of echo was run, and nothing of it is drawn.
    assert all(name.endswith(("-web-sqlite", "-web-postgres", "-blocking")) for name in drawn), drawn
    rows = read(folder / "charts" / "throughput-web-sqlite.csv")
    assert {(row["label"], row["color"]) for row in rows} == {
        ("threads", "threads"), ("loop · inline", "loop"), ("loop · pool 4", "loop-2"), ("pool · 32 threads", "pool")}
    assert {row["row_label"] for row in rows} == {"no other work"}
    equal = {row["label"]: row["equal_at"] for row in read(folder / "charts" / "throughput-delay-web-postgres.csv")}
    assert 100 < float(equal["loop · async"]) < 1000 and not equal["threads"] and not equal["pool · 32 threads"], equal
    others = read(folder / "charts" / "latency-others-blocking.csv")
    assert {row["row_label"] for row in others} == {"1 in 100 blocks for 1 ms", "1 in 100 blocks for 10 ms"}


def check_page(folder):
    text = (folder / "report.html").read_text()
    for part, charts in ("web-sqlite", 7), ("web-postgres", 6), ("blocking", 5):
        assert f'<a href="#{part}">' in text
        section = text[text.index(f'<section id="{part}"'):]
        section = section[:section.index("</section>")]
        assert section.count("<svg") == charts, (part, section.count("<svg"))
        assert section.count("<table>") >= charts - 1, part
        assert "This chart is not here" not in section
        assert ("<p>The database ran on the server's CPU" in section) == (part == "web-postgres"), part
    assert "Database connections" in text and "without work" not in text
    assert re.search(r"the same rates of the same requests\. [^<]* Requests: 1 in 100 blocks for 10? ms\.<", text)
    assert '<section id="throughput"' not in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "Web with SQLite: Throughput, medians" in text and "Web requests that look a row up in a store." in text


def slower(folder, copy):
    shutil.copytree(folder, copy)
    machine = json.loads((copy / "machine.json").read_text())
    (copy / "machine.json").write_text(json.dumps({**machine, "hostname": "other"}))
    rows = read(copy / "throughput.csv")
    with open(copy / "throughput.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            if row["store_call"] == "pool":
                row["achieved_per_second"] = str(float(row["achieved_per_second"]) / 2)
            writer.writerow(row)


def check_compared(folder):
    rows = [row for row in read(folder / "compare.csv") if row["metric"] == "achieved" and row["scenario"] == "web"]
    keys = [tuple(row[key] for key in ("parameters", "arm", "against", "machine")) for row in rows]
    assert len(set(keys)) == len(keys) and len(rows) > 40
    for row in rows:
        if row["machine"] != "other":
            continue
        slow = row["arm"] == "web-loop:pool-4" or row["against"] == "web-loop:pool-4"
        ratio = (2 if row["against"] else 0.5) if slow else 1
        assert abs(float(row["ratio_to_first"]) / ratio - 1) < 1e-6, row


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "slower":
        slower(folder, pathlib.Path(sys.argv[3]))
    elif sys.argv[1] == "compared":
        check_compared(folder)
    else:
        for check in check_summary, check_claims, check_charts, check_page:
            check(folder)
