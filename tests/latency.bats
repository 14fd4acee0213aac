#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What the load experiments offer and write, on one short run: how rates hang together, and that no
# row claims more than it has. How fast anything was is no test's business.

load helpers

setup_file() {
  export LATENCY_RUN=$BATS_FILE_TMPDIR/run
  cp "$WAITBENCH_SOURCE/bench/plans/work.cfg" "$BATS_FILE_TMPDIR/work.cfg"
  cat >"$BATS_FILE_TMPDIR/shares.cfg" <<'PLAN'
@include "work.cfg"
calibration_seconds = 0.1; capacity_steps = 5; settings = (
  { experiment = "latency"; scenario = "echo"; models = ["threads", "loop"]; work = "light"; active = 100;
    share = (0.4, 0.6); seconds = 1; warmup_seconds = 0.3; blocks = 1; },
  { experiment = "latency"; scenario = "echo"; models = ["threads", "loop"]; work = "light"; active = 100;
    basis = "utilisation"; share = 0.6; seconds = 1; warmup_seconds = 0.3; blocks = 1; },
  { experiment = "latency"; scenario = "echo"; models = ["threads", "loop"]; work = "realistic"; active = 100;
    share = 0.6; seconds = 1; warmup_seconds = 0.3; blocks = 1; },
  { experiment = "latency"; scenario = "echo"; models = ["threads", "loop"]; work = "slow_often"; active = 100;
    share = 0.5; seconds = 3; warmup_seconds = 0.3; blocks = 1; },
  { experiment = "latency"; scenario = "echo"; models = ["threads", "loop"]; work = "light"; active = 100;
    idle = 1000; share = 0.4; seconds = 1; warmup_seconds = 0.3; blocks = 1; }
);
PLAN
  "$WAITBENCH_BUILD/waitbench" run --plan "$BATS_FILE_TMPDIR/shares.cfg" --output "$LATENCY_RUN" 2>"$LATENCY_RUN.said" || [ "$?" -eq 1 ]
}

# each EXPRESSION: holds for every valid row of latency.csv; columns are names, numbers where they
# are numbers, None where empty.
each() {
  python3 - "$1" <<'PYTHON'
import csv, os, sys

def value(text):
    try:
        return float(text)
    except ValueError:
        return text or None

with open(os.environ["LATENCY_RUN"] + "/latency.csv") as file:
    rows = [{k: value(v) for k, v in row.items()} for row in csv.DictReader(file)]
assert len(rows) >= 10, f"only {len(rows)} rows"
for row in rows:
    # So busy a machine that nothing was sustained.
    if row["valid"] == 0 and "none was found that is sustained" in row["note"]:
        continue
    if row["valid"] == 0 and "did not run for" in row["note"]:
        continue
    assert row["valid"] == 1, row
    assert eval(sys.argv[1], {}, row), f"{sys.argv[1]} does not hold: {row}"
PYTHON
}

@test "a share is of what the arm sustains, or of what the slowest does" {
  python3 - <<'PYTHON'
import csv, os
from collections import defaultdict
rows = list(csv.DictReader(open(os.environ["LATENCY_RUN"] + "/latency.csv")))
sustained = defaultdict(set)   # by work and arm
offered = defaultdict(set)     # by setting
unknown = set()
work = ["work_cpu_us", "work_slow_every", "payload_bytes", "requests_per_connection"]
said = open(os.environ["LATENCY_RUN"] + ".said").read()
for row in rows:
    kind = tuple(row[name] for name in work)
    if "did not run for" in row["note"] and row["valid"] == "0":
        unknown.add(kind)
        continue
    if not row["utilisation"]:
        # So busy a machine that nothing was sustained: then that was told.
        assert "cannot find what " + row["subject"] + " sustains" in said, row
        unknown.add(kind)
        continue
    rate = float(row["offered_per_second"])
    own = rate / float(row["utilisation"])
    sustained[kind, row["model"]].add(round(own))
    share = float(row["capacity_share"])
    if row["rate_basis"] == "equal_utilisation":
        # Rates have two significant digits.
        assert abs(rate - share * own) <= 0.06 * rate, row
    else:
        assert row["rate_basis"] == "equal_rate", row
        offered[kind, row["idle"], row["active"], share].add(rate)
for arm, rates in sustained.items():
    # A spread by rounding alone: the same arm has one figure.
    assert max(rates) - min(rates) <= 2, (arm, rates)
assert all(len(rates) == 1 for rates in offered.values()), offered
for (kind, *_, share), rates in offered.items():
    slowest = min(min(r) for (k, _), r in sustained.items() if k == kind)
    assert abs(max(rates) - share * slowest) <= 0.06 * max(rates), (kind, share, rates, slowest)
kinds = {kind for kind, _ in sustained} | unknown
assert len(kinds) >= 3, kinds
PYTHON
}

@test "requests are answered, lost or failed, and none is counted twice" {
  each 'requests_offered == requests_answered + requests_lost + requests_failed'
  each 'samples == requests_answered + requests_lost'
  each 'achieved_per_second * duration_seconds <= requests_answered + 1'
}

@test "a tail without ten separate events is not printed" {
  each 'p99_ns is None or excursions_p99 >= 10'
  each 'p999_ns is None or excursions_p999 >= 10'
  each 'service_p99_ns is None or p99_ns is not None'
}

@test "both ends' costs, stalls and memory under load are there" {
  each 'abs(both_cpu_seconds - server_cpu_seconds - client_work_seconds) < 1e-6'
  each 'client_work_seconds <= client_cpu_seconds * 1.001'
  each 'longest_stall_ns > 0 and generator_longest_stall_ns <= 1e9 * generator_stalled_seconds + 1'
  each '(generator_stalls == 0) == (generator_stalled_seconds == 0)'
  each 'server_run_delay_seconds is not None and client_run_delay_seconds is not None'
  if [ "$(jq -r .cgroup.trial_cgroup "$LATENCY_RUN/machine.json")" = true ]; then
    each 'charged_bytes > 100 * connections'
  fi
}

@test "of unequal work the other requests have figures of their own" {
  each 'other_p50_ns is None or work_slow_every > 0'
  # A median takes 100 samples beyond it.
  each 'work_slow_every == 0 or samples < 250 or other_p50_ns is not None'
  each 'other_p90_ns is None or other_p50_ns <= other_p90_ns'
  each 'other_p90_ns is None or other_p99_ns is None or other_p90_ns <= other_p99_ns'
  each 'work_slow_every == 0 or other_p99_ns is None or other_p90_ns is not None'
  each 'other_p50_ns is None or p50_ns is None or other_p50_ns <= p50_ns * 1.001'
}
