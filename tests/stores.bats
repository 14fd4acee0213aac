#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Servers with options of their own in a run: web in each of its stores, blocking. What tells arms
# apart stands in their rows, and no store outlives its run, whatever ends that.

load helpers

setup() {
  waitbench=$WAITBENCH_BUILD/waitbench
  run_dir=$BATS_TEST_TMPDIR/run
  plan=$BATS_TEST_TMPDIR/mine.cfg
  export WAITBENCH_RUN_LOCK="waitbench test $$ $BATS_TEST_NUMBER"
  # Stores are made here, where nobody else's are, and whom PostgreSQL runs as can go. Charts are not
  # what this is about.
  TMPDIR=$(mktemp -d /tmp/waitbench-test-XXXXXX)
  export TMPDIR
  chmod 755 "$TMPDIR"
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/gnuplot"
  chmod +x "$BATS_TEST_TMPDIR/bin/gnuplot"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

teardown() {
  rm -rf "$TMPDIR"
}

# settings SETTING...: a plan of them, each a throughput of one block unless it says otherwise.
settings() {
  local setting separator=
  echo 'calibration_seconds = 0.05; capacity_steps = 1; settings = ('
  for setting; do
    case $setting in
      *experiment*) ;;
      *) setting="experiment = \"throughput\"; active = 4; seconds = 0.15; warmup_seconds = 0.05; $setting" ;;
    esac
    case $setting in *blocks*) ;; *) setting="$setting blocks = 1;" ;; esac
    echo "$separator { $setting }"
    separator=,
  done
  echo ');'
}

# measured OPTION...: a run, in which a trial may fail, for others may have the CPUs: its row is there.
measured() {
  local code=0
  "$waitbench" run --plan "$plan" --output "$run_dir" "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 || code=$?
  cat "$BATS_TEST_TMPDIR/said"
  [ "$code" -le 1 ]
}

# has_arms FILE COLUMN... : the file's rows have these cells, one `cell cell` line of the input each,
# in any order; empty cells are `-`.
has_arms() {
  diff <(python3 - "$@" <<'PYTHON' | sort
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print(" ".join(row[name] or "-" for name in sys.argv[2:]))
PYTHON
) <(sort)
}

needs_postgres() {
  settings 'scenario = "web"; models = ["loop"]; options = { store = "postgres"; };' >"$plan"
  touch "$BATS_TEST_TMPDIR/file"
  # It is looked for before the folder is.
  run "$waitbench" run --plan "$plan" --output "$BATS_TEST_TMPDIR/file"
  [ "$status" -ne 3 ] || skip "$output"
  [ "$status" -eq 2 ]
}

is_empty() {
  local files=("$1"/*)
  [ ! -e "${files[0]}" ]
}

# comes_true COMMAND...: within a time that only what hangs needs.
comes_true() {
  local i
  for ((i = 0; i < 1200; i++)); do
    if "$@"; then return; fi
    sleep 0.05
  done
  echo "never true: $*" >&2
  return 1
}

# has_rows FILE N: more than so many.
has_rows() {
  if [ ! -e "$1" ]; then return 1; fi
  [ "$(wc -l <"$1")" -gt "$2" ]
}

@test "web without a database: arms of all kinds, in memory and in SQLite" {
  settings 'scenario = "web"; models = ["threads", "loop", "loops", "pool"];' \
    'scenario = "web"; models = ["threads", "loop"]; options = { store = "sqlite"; }; variants = (
      { model = "loop"; store_call = "pool"; pool_size = (2, 5); }, { model = "pool"; pool_size = 3; } );' \
    'experiment = "latency"; scenario = "web"; active = 4; rate = 2000; seconds = 0.3; idle = 3;
      models = ["loop"]; options = { store = "sqlite"; };' \
    'experiment = "memory"; scenario = "web"; waiters = 6; warm = [false, true]; models = ["threads", "loop", "pool"];
      options = { store = "sqlite"; };' >"$plan"
  measured --model threads,loop,loops,pool
  has_arms "$run_dir/throughput.csv" model store store_call pool_size store_connections protocol payload_bytes <<'ARMS'
threads memory - - - http -
loop memory inline - - http -
loops memory inline - - http -
pool memory - 32 - http -
threads sqlite - - - http -
loop sqlite inline - - http -
loop sqlite pool 2 - http -
loop sqlite pool 5 - http -
pool sqlite - 3 - http -
ARMS
  every_row "$run_dir/throughput.csv" "valid == 1 and achieved_per_second > 0 and errors == 0 or $others"
  has_arms "$run_dir/latency.csv" model store store_call idle offered_per_second rate_basis capacity_share <<'ARMS'
loop sqlite inline 3 2000 equal_rate -
ARMS
  every_row "$run_dir/latency.csv" "valid == 1 and samples > 0 or $others"
  if has_rows "$run_dir/latency-spectrum.csv" 1; then
    every_row "$run_dir/latency-spectrum.csv" 'row["store"] == "sqlite" and row["store_call"] == "inline"'
  fi
  has_arms "$run_dir/memory.csv" model warm store store_call pool_size valid <<'ARMS'
threads 0 sqlite - - 1
threads 1 sqlite - - 1
loop 0 sqlite inline - 1
loop 1 sqlite inline - 1
pool 0 sqlite - 32 1
pool 1 sqlite - 32 1
ARMS
  [ -n "$(jq -er .store.sqlite "$run_dir/machine.json")" ]
  refute jq -e .store.postgres "$run_dir/machine.json"
  is_empty "$TMPDIR"
}

@test "requests that block: the others are told apart, and pools" {
  settings 'scenario = "blocking"; models = ["threads", "loop"]; options = { block_us = 2000; block_every = 5; };
      variants = ( { model = "loop"; block_call = "pool"; pool_size = (1, 8); } );' >"$plan"
  measured
  has_arms "$run_dir/throughput.csv" model block_us block_every block_call pool_size store protocol payload_bytes <<'ARMS'
threads 2000 5 - - - echo 64
loop 2000 5 inline - - echo 64
loop 2000 5 pool 1 - echo 64
loop 2000 5 pool 8 - echo 64
ARMS
  # Four wait for the fifth of theirs, two milliseconds each: a loop that blocks, for all of them.
  every_row "$run_dir/throughput.csv" \
    "valid == 1 and achieved_per_second < 10000 and (row['block_call'] != 'inline' or achieved_per_second < 2500) or $others"
}

@test "web with PostgreSQL: what the database used, and where it ran" {
  needs_postgres
  settings 'scenario = "web"; models = ["threads", "loop"]; options = { store = "postgres"; store_connections = 3;
      store_delay_us = 1000; }; variants = ( { model = "loop"; store_call = "pipeline"; } );' \
    'experiment = "memory"; scenario = "web"; waiters = 4; warm = true; models = ["threads", "loop"];
      options = { store = "postgres"; };' >"$plan"
  measured --store postgres
  has_arms "$run_dir/throughput.csv" model store store_call store_connections store_delay_us <<'ARMS'
threads postgres - 3 1000
loop postgres async 3 1000
loop postgres pipeline 3 1000
ARMS
  every_row "$run_dir/throughput.csv" \
    "valid == 1 and store_connections_used == 3 and store_cpu_seconds > 0 and row['store_cpus'] or $others"
  # A connection has a query at a time, which takes a millisecond.
  every_row "$run_dir/throughput.csv" "achieved_per_second <= 3000 * 1.1 or $others"
  has_arms "$run_dir/memory.csv" model store store_call store_connections valid <<'ARMS'
threads postgres - 16 1
loop postgres async 16 1
ARMS
  [ "$(jq -er .store.cpus "$run_dir/machine.json")" = "$(cell "$run_dir/throughput.csv" store_cpus 1)" ]
  is_empty "$TMPDIR"
}

@test "a database that dies costs the trial, and the next one has another" {
  needs_postgres
  local pid postmaster
  settings 'scenario = "web"; models = ["loop"]; options = { store = "postgres"; }; blocks = 6;' >"$plan"
  measured &
  pid=$!
  comes_true has_rows "$run_dir/throughput.csv" 1
  postmaster=$(head -n 1 "$TMPDIR"/waitbench-store-*/data/postmaster.pid)
  kill -9 "$postmaster"
  wait $pid
  [ "$(rows "$run_dir/throughput.csv")" -eq 6 ]
  # What was under way got 503s, if anything was: they are errors of its row.
  every_row "$run_dir/throughput.csv" \
    "valid == 1 or errors > 0 and 'error repl' in row['note'] or 'store' in row['note'] or $others"
  every_row "$run_dir/throughput.csv" "block < 5 or valid == 1 or $others"
  is_empty "$TMPDIR"
}

# ended STORE SIGNAL: a run with that store gets the signal in mid-run; nothing is left of it.
ended() {
  local pid code=0
  settings "scenario = \"web\"; models = [\"loop\"]; options = { store = \"$1\"; }; blocks = 100;" >"$plan"
  "$waitbench" run --plan "$plan" --output "$run_dir" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
  pid=$!
  comes_true has_rows "$run_dir/throughput.csv" 1
  refute is_empty "$TMPDIR"
  kill "-$2" $pid
  wait $pid || code=$?
  [ "$code" -eq $((128 + $(kill -l "$2"))) ]
  comes_true is_empty "$TMPDIR"
}

@test "a run that is interrupted leaves no store behind" {
  ended sqlite INT
}

@test "a run that is killed leaves no database behind" {
  needs_postgres
  ended postgres KILL
}

# without_postgres COMMAND...: where there is none, whatever this machine has.
without_postgres() {
  # shellcheck disable=SC2016 # it is the inner shell's
  unshare -m bash -c '
    for folder in /usr/lib/postgresql /usr/libexec/postgresql* /usr/pgsql-*; do
      [ ! -d "$folder" ] || mount -t tmpfs none "$folder"
    done
    exec "$@"' - "$@"
}

@test "without PostgreSQL: ours leave it out in one line that says what to install" {
  unshare -m true 2>/dev/null || skip 'a mount namespace takes root'
  touch "$BATS_TEST_TMPDIR/file"
  run without_postgres "$waitbench" run --profile default --only throughput,latency --output "$BATS_TEST_TMPDIR/file"
  echo "$output"
  [ "$status" -eq 2 ]
  [ "$(grep -c 'store postgres: left out: .*install the package.* postgresql' <<<"$output")" -eq 1 ]
  [ "$(grep -c 'left out' <<<"$output")" -eq 1 ]
  # Whoever asks for it is refused.
  run without_postgres "$waitbench" run --profile default --store postgres --output "$run_dir"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *"--store postgres: "*"install the package"* ]]
  settings 'scenario = "web"; models = ["loop"]; options = { store = ("memory", "postgres"); };' >"$plan"
  run without_postgres "$waitbench" run --plan "$plan" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *"mine.cfg:2: store postgres: "*"install the package"* ]]
  [ ! -e "$run_dir" ]
  run without_postgres "$waitbench" run --plan "$plan" --store memory --output "$BATS_TEST_TMPDIR/file"
  [ "$status" -eq 2 ]
  [[ "$output" != *postgres* ]]
}

@test "without PostgreSQL list and doctor say so, the latter what to install" {
  unshare -m true 2>/dev/null || skip 'a mount namespace takes root'
  run without_postgres "$waitbench" list
  echo "$output"
  [ "$status" -eq 0 ]
  grep -qx 'stores       memory sqlite postgres (not installed)' <<<"$output"
  run without_postgres "$waitbench" doctor
  echo "$output"
  grep -q '^  PostgreSQL is not here$' <<<"$output"
  [[ $(tr -s '\n ' ' ' <<<"$output") == *'install the package'*' postgresql'* ]]
}

@test "a TMPDIR that will not do is refused before the run begins, if a store needs it" {
  settings 'scenario = "web"; models = ["loop"]; options = { store = ("memory", "sqlite"); };' >"$plan"
  mkdir "$TMPDIR/a,b"
  TMPDIR=$TMPDIR/a,b run "$waitbench" run --plan "$plan" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"$TMPDIR/a,b for temporary files: there is a comma in its name; set TMPDIR to another" ]]
  TMPDIR=$TMPDIR/none run "$waitbench" run --plan "$plan" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *"$TMPDIR/none for temporary files: No such file or directory; set TMPDIR" ]]
  [ ! -e "$run_dir" ]
  # Who keeps rows in memory needs none: it is the output that is refused here.
  touch "$BATS_TEST_TMPDIR/file"
  TMPDIR=$TMPDIR/none run "$waitbench" run --plan "$plan" --store memory --output "$BATS_TEST_TMPDIR/file"
  [ "$status" -eq 2 ]
  [[ "$output" != *TMPDIR* ]]
}

@test "--store chooses, and says what it does not know or find" {
  settings 'scenario = "web"; models = ["loop"]; options = { store = ("memory", "sqlite"); };' \
    'scenario = "echo"; models = ["loop"];' >"$plan"
  run "$waitbench" run --plan "$plan" --store oracle --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *"--store: 'oracle' is unknown"* ]]
  measured --store memory,postgres
  grep -q -- '--store postgres: nothing of this choice has it' "$BATS_TEST_TMPDIR/said"
  has_arms "$run_dir/throughput.csv" scenario store <<'ARMS'
web memory
ARMS
}
