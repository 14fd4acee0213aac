#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What several load generators counted, as one load.

bats_require_minimum_version 1.5.0
load helpers

@test "two clients put the load that one puts, and its figures are of all requests" {
  cat >"$BATS_TEST_TMPDIR/plan.cfg" <<'PLAN'
name = "clients"; calibration_seconds = 0.1;
settings = ({ experiment = "latency"; scenario = "echo"; blocks = 1; models = ["loop"]; active = 3; idle = 5;
  rate = 300; seconds = 1.5; warmup_seconds = 0.1; });
PLAN
  local name
  for name in one two; do
    "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --seed 3 --output "$BATS_TEST_TMPDIR/$name" --client env "$@"
    set -- --client 'env A=1'
  done
  python3 - "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two" <<'PYTHON'
import csv, json, sys
def read(folder, name):
    return list(csv.DictReader(open(f"{folder}/{name}.csv", newline="")))
for folder, clients in zip(sys.argv[1:], (1, 2)):
    machine = json.load(open(folder + "/machine.json"))
    assert machine["clients"]["count"] == clients and not machine["clients"]["elsewhere"]
    floors = [client["round_trip_p50_ns"] for client in machine["clients"]["list"]]
    assert machine["clients"]["longest_round_trip_ns"] == max(floors)
    page = open(folder + "/report.html").read()
    assert "behind <code>--client</code>" in page and "Everything runs on one machine" not in page
    assert len(floors) == clients and machine["calibration"]["round_trip_p50_ns"] == min(floors) > 1000
    [latency] = read(folder, "latency")
    assert latency["valid"] == "1" and latency["clients"] == str(clients), latency
    assert int(latency["samples"]) > 300 and latency["errors"] == "0", latency
    assert latency["connections"] == "8" and latency["idle"] == "5", latency
    # Poisson's, of the whole rate: four deviations around 450.
    assert abs(int(latency["requests_offered"]) - 450) < 85, latency
    assert int(latency["requests_answered"]) == int(latency["requests_offered"]), latency
    assert int(latency["p50_ns"]) > 1000, latency
    assert {step["clients"] for step in read(folder, "latency-spectrum")} == {str(clients)}
PYTHON
}
