#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# `waitbench export`: every format says what the run's own files say, and stays in its form whatever is in them.

bats_require_minimum_version 1.5.0
load helpers

golden=$WAITBENCH_SOURCE/tests/golden/report-run

setup_file() {
  local folder=$BATS_FILE_TMPDIR/run
  mkdir "$folder"
  cp "$golden"/{machine.json,memory.csv,throughput.csv} "$folder"
  # Names that no format takes as they are; and one that is not UTF-8.
  python3 - "$folder" <<'PYTHON'
import sys
folder = sys.argv[1]
machine = open(f"{folder}/machine.json", encoding="utf-8").read()
machine = machine.replace("synthetic-host", r'a\"b\\c|d<script>e\nf_g_`h')
open(f"{folder}/machine.json", "w", encoding="utf-8").write(machine)
trials = open(f"{folder}/memory.csv", "rb").read()
assert b"fifty-kib," in trials
open(f"{folder}/memory.csv", "wb").write(trials.replace(b"fifty-kib,", b'"x""|<b>\\\xff",'))
PYTHON
  "$WAITBENCH_BUILD/waitbench" report "$folder"
  for format in json markdown csv prometheus; do
    "$WAITBENCH_BUILD/waitbench" export "$folder" --format $format >"$BATS_FILE_TMPDIR/$format"
  done
}

@test "JSON has the figures of the run's files" {
  python3 - "$BATS_FILE_TMPDIR" <<'PYTHON'
import csv, json, sys
folder = sys.argv[1]
whole = json.load(open(f"{folder}/json", encoding="utf-8"))
read = lambda name: list(csv.DictReader(open(f"{folder}/run/{name}", newline="", encoding="utf-8", errors="replace")))
same = lambda value, cell: value is None and cell == "" or abs(value - float(cell)) <= 1e-8 * abs(value)
assert whole["waitbench_export"] == 1 and whole["machine"]["hostname"] == 'a"b\\c|d<script>e?f_g_`h'
summary, claims, slopes = read("summary.csv"), read("claims.csv"), read("memory-per-waiter.csv")
assert len(whole["comparisons"]) == len(summary) > 5
for one, row in zip(whole["comparisons"], summary):
    for name in ("median_a", "median_b", "ratio", "ci_low", "ci_high", "blocks"):
        assert same(one[name], row[name]), (name, one, row)
    for name in ("experiment", "scenario", "metric", "unit", "parameters", "model_a", "model_b", "verdict"):
        assert one[name] == row[name]
assert [(one["id"], one["pair"], one["verdict"], one["answer"], one["figures"]) for one in whole["claims"]] == \
    [(row["id"], row["pair"], row["verdict"], row["answer"], row["figures"]) for row in claims]
assert [(str(one["settings"] or ""), str(one["resolved"] if one["settings"] else "")) for one in whole["claims"]] == \
    [(row["settings"], row["resolved"]) for row in claims]
slopes = [row for row in slopes if row["bytes_per_waiter"]]
assert len(whole["memory_per_waiter"]) == len(slopes) > 5
for one, row in zip(whole["memory_per_waiter"], slopes):
    assert one["component"] == row["component"] and same(one["bytes_per_waiter"], row["bytes_per_waiter"])
assert any(one["arm"] == 'x"|<b>\\?' for one in whole["memory_per_waiter"])
PYTHON
}

@test "CSV is a table of the same, by a real reader" {
  python3 - "$BATS_FILE_TMPDIR" <<'PYTHON'
import csv, json, sys
folder = sys.argv[1]
whole = json.load(open(f"{folder}/json", encoding="utf-8"))
with open(f"{folder}/csv", newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file, strict=True))
of = lambda record: [row for row in rows if row["record"] == record]
assert [(row["metric"], row["answer"], row["answer_setting"], row["settings"] or "0", row["resolved"] or "0") for row in of("claim")] == \
    [(one["id"], one["answer"], one["answer_setting"], str(one["settings"]), str(one["resolved"])) for one in whole["claims"]]
assert any(row["settings"] for row in of("claim"))
assert [(row["arm"], row["against"], float(row["value"])) for row in of("comparison")] == \
    [(one["arm_a"], one["arm_b"], one["ratio"]) for one in whole["comparisons"]]
assert [(row["arm"], row["metric"], float(row["value"])) for row in of("memory_per_waiter")] == \
    [(one["arm"], one["component"], one["bytes_per_waiter"]) for one in whole["memory_per_waiter"]]
assert len(of("claim")) + len(of("comparison")) + len(of("memory_per_waiter")) == len(rows)
PYTHON
}

@test "Prometheus' text format: names, escapes, each family in one piece, no sample twice" {
  python3 - "$BATS_FILE_TMPDIR" <<'PYTHON'
import json, re, sys
folder = sys.argv[1]
whole = json.load(open(f"{folder}/json", encoding="utf-8"))
label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
sample = re.compile(rf'([a-z_]+)\{{({label}(?:,{label})*)\}} (\S+)')
text = open(f"{folder}/prometheus", encoding="utf-8").read()
assert text.endswith("\n")
families, family, seen = [], None, {}
for line in text.splitlines():
    if line.startswith("# HELP "):
        family = line.split()[2]
        assert family not in families
        families.append(family)
    elif line.startswith("# TYPE "):
        assert line == f"# TYPE {family} gauge"
    else:
        match = sample.fullmatch(line)
        assert match and match[1] == family, line
        assert (family, match[2]) not in seen, line
        seen[family, match[2]] = float(match[3])
        assert match[2].startswith(r'machine="a\"b\\c|d<script>e?f_g_`h",'), line
count = lambda name: sum(key[0] == name for key in seen)
assert count("waitbench_run_info") == 1 and count("waitbench_claim_verdict") == len(whole["claims"])
assert count("waitbench_comparison_ratio") == len(whole["comparisons"])
assert count("waitbench_memory_per_waiter_bytes") == len(whole["memory_per_waiter"])
assert any(r'arm="x\"|<b>\\?"' in key[1] for key in seen)
PYTHON
}

@test "Markdown's tables are whole, and what is in them stays text" {
  python3 - "$BATS_FILE_TMPDIR" <<'PYTHON'
import re, sys
text = open(f"{sys.argv[1]}/markdown", encoding="utf-8").read()
columns, tables = 0, 0
for line in text.splitlines():
    if not line.startswith("|"):
        columns = 0
        continue
    cells = len(re.findall(r"(?<!\\)\|", re.sub(r"\\\\", "", line))) - 1
    tables += columns == 0
    assert columns in (0, cells), line
    columns = cells
assert tables == 3
assert "<" not in text
for words in (r'a"b\\c\|d&lt;script\>e?f_g\_\`h', r'x"\|&lt;b\>\\?', "A thread costs more memory than a task | reproduced |",
              "| verdict | settings resolved | threads, then loop | of the setting |"):
    assert words in text, words
PYTHON
}

@test "what decides nothing is told beside its figure, and what disturbed the run" {
  local run=$BATS_TEST_TMPDIR/doubtful
  cp -r "$golden" "$run"
  # Threads fell behind in one trial of each setting; the machine has a name.
  python3 - "$run" <<'PYTHON'
import csv, json, sys
path = sys.argv[1] + "/latency.csv"
rows = list(csv.DictReader(open(path, newline="", encoding="utf-8")))
for row in rows:
    row["overloaded"] = int(row["block"] == rows[0]["block"] and row["model"] == "threads")
with open(path, "w", newline="", encoding="utf-8") as file:
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
path = sys.argv[1] + "/machine.json"
machine = json.load(open(path, encoding="utf-8"))
machine["label"] = "the small one"
machine["disturbances"] = {"before": [{"name": "load"}], "during": [{"name": "load"}, {"name": "steal"}]}
json.dump(machine, open(path, "w", encoding="utf-8"))
PYTHON
  for format in json markdown csv prometheus; do
    "$waitbench" export "$run" --format $format >"$BATS_TEST_TMPDIR/$format"
  done
  python3 - "$BATS_TEST_TMPDIR" <<'PYTHON'
import csv, json, sys
read = lambda name: open(f"{sys.argv[1]}/{name}", newline="", encoding="utf-8")
whole = json.load(read("json"))
assert whole["machine"]["disturbed_by"] == "load, steal", whole["machine"]
tails = [one for one in whole["comparisons"] if (one["experiment"], one["metric"], one["model_a"]) == ("latency", "p99", "threads")]
assert tails and all(one["doubt"] == "overloaded" for one in tails), {one["doubt"] for one in tails}
assert any(one["doubt"] == "" for one in whole["comparisons"])
rows = [row for row in csv.DictReader(read("csv")) if row["record"] == "comparison"]
assert [row["doubt"] for row in rows] == [one["doubt"] for one in whole["comparisons"]]
text = read("markdown").read()
assert "- disturbed by: load, steal\n" in text
lines = [line for line in text.splitlines() if "| p99 |" in line and "Poisson" in line and "echo-threads |" in line]
assert lines and all(line.endswith("| overloaded |") for line in lines), lines
samples = [line for line in read("prometheus") if not line.startswith("#")]
assert samples and all('{machine="the small one",' in line for line in samples)
assert any('metric="p99"' in line and 'doubt="overloaded"' in line for line in samples)
PYTHON
}

@test "a page gives what its folder gives; what is malformed or no run is refused, with nothing on standard output" {
  local format
  for format in json csv; do
    "$waitbench" export "$BATS_FILE_TMPDIR/run/report.html" --format $format | cmp - "$BATS_FILE_TMPDIR/$format"
  done
  "$waitbench" export "$BATS_FILE_TMPDIR/run" | cmp - "$BATS_FILE_TMPDIR/json"
  run "$waitbench" export "$BATS_FILE_TMPDIR/run" --format xml
  [ "$status" -eq 2 ]
  [[ "$output" == *'json, markdown, csv or prometheus'* ]]
  run --separate-stderr "$waitbench" export "$BATS_TEST_TMPDIR"
  [ "$status" -eq 2 ]
  [ "$output" = '' ]
  cp -r "$golden" "$run_dir"
  sed -i '3s/20408765/2040876O/' "$run_dir/memory.csv"
  run --separate-stderr "$waitbench" export "$run_dir"
  [ "$status" -eq 1 ]
  [ "$output" = '' ]
  [[ "$stderr" == *'memory.csv:3: '* ]]
}

@test "a full disk is told" {
  [ -e /dev/full ] || skip 'no /dev/full here'
  local format
  for format in json markdown csv prometheus; do
    run bash -c "'$waitbench' export '$BATS_FILE_TMPDIR/run' --format $format >/dev/full"
    echo "$format: $output"
    [ "$status" -eq 1 ]
    [[ "$output" == *'No space left on device'* ]]
    [ "${#lines[@]}" -eq 1 ]
  done
}

@test "the hypervisor is exported as machine.json has it" {
  local folder=$BATS_TEST_TMPDIR/run format
  cp -r "$BATS_FILE_TMPDIR/run" "$folder"
  jq '.virtualisation = {hypervisor: "kvm", container: "docker"}' "$BATS_FILE_TMPDIR/run/machine.json" \
    >"$folder/machine.json"
  [ "$("$waitbench" export "$folder" | jq -r .machine.virtualisation)" = kvm ]
  grep -q '^waitbench_run_info{.*virtualisation="kvm"' <<<"$("$waitbench" export "$folder" --format prometheus)"
}
