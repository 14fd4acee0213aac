#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Foreign subjects against one another: old and new of somebody's own server, with or without ours.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
  export FOREIGN_RUN=$BATS_FILE_TMPDIR/run
  # One program under two names: whatever differs is noise, and every pair is there. Memory alone, for
  # trials under load fail where something else takes the CPUs.
  "$WAITBENCH_BUILD/waitbench" run --only memory --profile quick --blocks 1 --waiters 50,100,150,200 \
    --model none --subject "old=$WAITBENCH_BUILD/bench/echo-loop-libc" \
    --subject "new=$WAITBENCH_BUILD/bench/echo-loop-libc" --subject "a=$WAITBENCH_BUILD/bench/echo-threads-libc" \
    --output "$FOREIGN_RUN" 2>"$FOREIGN_RUN.said"
}

# pairs FILE: the pairs of arms in a summary, sorted.
pairs() {
  python3 - "$1" <<'PYTHON'
import csv, sys
rows = csv.DictReader(open(sys.argv[1], newline=""))
print(" ".join(sorted({row["arm_a"] + "/" + row["arm_b"] for row in rows})))
PYTHON
}

@test "without ours every pair of a few is compared, in the order in which they were named" {
  [ "$(pairs "$FOREIGN_RUN/summary.csv")" = "a/new a/old new/old" ]
  [ "$(jq -c .subjects "$FOREIGN_RUN/machine.json")" = '["old","new","a"]' ]
}

@test "the terminal and the page show the pairs, and call no claim judged" {
  grep -q "^new against old (ratio of medians" "$FOREIGN_RUN.said"
  grep -q "^a against new (ratio of medians" "$FOREIGN_RUN.said"
  grep -q "^No claim is judged: none of our own programs took part" "$FOREIGN_RUN.said"
  refute grep -q "undecided" "$FOREIGN_RUN.said"
  grep -q "Foreign subjects are set against ours and against one another" "$FOREIGN_RUN/report.html"
  python3 - "$FOREIGN_RUN.said" <<'PYTHON'
import sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
begin = next(i for i, line in enumerate(lines) if line.startswith("Bytes per waiter"))
end = lines.index("Charts")
wide = [line for line in lines[begin:end] if len(line) > 80]
assert not wide, wide
PYTHON
}

# as_pair: gives a and old of the run's memory.csv a pair, `python`; with ours, their rows again as our own.
as_pair() {
  python3 - "$run_dir/memory.csv" "$@" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
names = {"a": "echo-threads-libc", "old": "echo-loop-libc"}
both = [dict(row, pair="python" if row["subject"] in names else "") for row in rows]
if "ours" in sys.argv:
    both += [dict(row, pair="", subject=names[row["subject"]]) for row in rows if row["subject"] in names]
out = csv.DictWriter(open(sys.argv[1], "w", newline=""), both[0].keys())
out.writeheader()
out.writerows(both)
PYTHON
}

@test "two of them that are a pair of one language have a scorecard, ours or not beside it" {
  cp -r "$FOREIGN_RUN" "$run_dir"
  cp "$run_dir/memory.csv" "$BATS_TEST_TMPDIR/memory.csv"
  as_pair
  run --separate-stderr "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  grep -q "^Scorecard of python$" <<<"$stderr"
  refute grep -q "No claim is judged" <<<"$stderr"
  [ "$(pairs "$run_dir/summary.csv")" = "a/new a/old new/old" ]
  [ "$(cut -d, -f1 "$run_dir/claims.csv" | grep -c memory-per-waiter)" -eq 2 ]
  grep -q "Judged of the programs of this pair: python" "$run_dir/report.html"
  cp "$BATS_TEST_TMPDIR/memory.csv" "$run_dir/memory.csv"
  as_pair ours
  run --separate-stderr "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  grep -q "^claim  *c  *settings python  *settings$" <<<"$stderr"
  python3 - "$run_dir/report.html" <<'PYTHON'
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
table = page[page.index('<table class="claims pairs"'):]
table = table[:table.index("</section>")]
head = table[:table.index("</thead>")]
assert re.findall("<th scope=\"col\"[^>]*>([^<]*)<", head) == ["Claim", "c", "python"], head
rows = re.findall("<tr role=\"row\"><th scope=\"row\".*?</tr>", table, re.S)
assert len(rows) == 11 and all(row.count('<p class="verdict">') == 2 for row in rows), len(rows)
assert "where the talk has about 10 KB and 2 KB" in rows[0]
ids = re.findall(" id=\"([^\"]*)\"", page)
assert len(ids) == len(set(ids)), "an id stands twice"
PYTHON
}

@test "report --baseline sets all others against one arm, and again without it as the run was asked" {
  cp -r "$FOREIGN_RUN" "$run_dir"
  run --separate-stderr "$waitbench" report "$run_dir" --baseline new
  [ "$status" -eq 0 ]
  [ "$(pairs "$run_dir/summary.csv")" = "a/new old/new" ]
  grep -q "^Each is set against new.$" <<<"$stderr"
  "$waitbench" report "$run_dir"
  [ "$(pairs "$run_dir/summary.csv")" = "a/new a/old new/old" ]
}

@test "a baseline that is no arm is refused, with the arms there are" {
  cp -r "$FOREIGN_RUN" "$run_dir"
  cp "$run_dir/summary.csv" "$BATS_TEST_TMPDIR/before"
  run --separate-stderr "$waitbench" report "$run_dir" --baseline nobody
  [ "$status" -eq 2 ]
  [[ "$stderr" == *"--baseline nobody: no arm is called so; there are: "*old* ]]
  cmp "$BATS_TEST_TMPDIR/before" "$run_dir/summary.csv"
  run --separate-stderr "$waitbench" run --only memory --model loop --baseline nobody --output "$BATS_TEST_TMPDIR/none"
  [ "$status" -eq 2 ]
  [[ "$stderr" == *"--baseline nobody: no arm of this run is called so"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "run --baseline is kept, and takes ours too" {
  run "$waitbench" run --only memory --model loop --blocks 1 --waiters 10 --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py good" --subject "other=python3 $subjects/broken.py good" \
    --baseline mine
  [ "$status" -eq 0 ]
  [[ "$(pairs "$run_dir/summary.csv")" == *"echo-loop"*"/mine"*"other/mine"* ]]
  refute grep -q ',mine,echo-loop' "$run_dir/summary.csv"
  [ "$(jq -r .baseline "$run_dir/machine.json")" = mine ]
}

@test "a choice without echo leaves nothing for a subject: refused before anything runs" {
  local subject="mine=$WAITBENCH_BUILD/bench/echo-loop-libc" choice
  for choice in '--scenario web,blocking' '--store sqlite'; do
    # shellcheck disable=SC2086 # two words
    run "$waitbench" run --profile quick $choice --subject "$subject" --output "$run_dir"
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == *"--subject takes part in echo, which ${choice%% *} leaves out" ]]
    [ ! -e "$run_dir" ]
  done
}

@test "where memory runs out the measured program is ended first, not the runner" {
  cat >"$BATS_TEST_TMPDIR/server" <<SHELL
#!/bin/sh
cat /proc/self/oom_score_adj >"$BATS_TEST_TMPDIR/likelihood"
exec "$WAITBENCH_BUILD/bench/echo-loop-libc" "\$@"
SHELL
  chmod +x "$BATS_TEST_TMPDIR/server"
  "$waitbench" check --subject "server=$BATS_TEST_TMPDIR/server" 2>/dev/null >/dev/null
  [ "$(cat "$BATS_TEST_TMPDIR/likelihood")" -eq 1000 ]
}
