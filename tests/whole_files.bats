#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Files are written whole or not at all, with a reason: on a full disk, two at once, into a closed pipe.

load helpers

golden=$WAITBENCH_SOURCE/tests/golden/report-run

# on_full_disk PAGES SCRIPT: runs a bash script in $disk, a file system of its own with a copy of the
# golden run as `run`, and room for so many pages more. Its output and exit code are `run`'s.
on_full_disk() {
  disk=$BATS_TEST_TMPDIR/disk
  mkdir -p "$disk"
  unshare -m true 2>/dev/null || skip 'a mount namespace takes root'
  run unshare -m bash -c '
    mount -t tmpfs -o size=64m none "$1" || exit 99
    cd "$1" || exit 99
    cp -r "$2" run
    mkdir empty
    dd if=/dev/zero of=filler bs=4096 2>/dev/null
    truncate -s "-$((4096 * $3))" filler
    eval "$4"' on_full_disk "$disk" "$golden" "$1" "$2"
  echo "$output"
}

# What half a file is called, by whatever was to write it.
halves='find . -name "*.part" -o -name "*.new*" -o -name ".report*" -o -name ".compare*"'

@test "a report on a full disk: the reason, exit 1, no halves of files, and no word of what is not there" {
  local pages
  for pages in 0 1 12 60; do
    on_full_disk $pages "said=\$('$waitbench' report run 2>&1); code=\$?
      echo \"\$said\"
      echo \"\$said\" | sed -n 's/^  run/run/p' | xargs -r ls -d || echo 'named, but not there'
      echo \"exit \$code\"; echo halves: \$($halves)"
    [[ "$output" == *'No space left on device'* ]]
    [[ "$output" != *'named, but not there'* ]]
    [[ $pages -gt 0 || "$output" != *Charts* ]]
    [ "${lines[-2]}" = 'exit 1' ]
    [ "${lines[-1]}" = 'halves:' ]
  done
}

@test "a run on a full disk: the reason, exit 1, and no halves of files" {
  local pages
  for pages in 0 1 8; do
    on_full_disk $pages "'$waitbench' run --profile quick --only memory --model loop --blocks 1 --waiters 5 \
      --output empty; echo \"exit \$?\"; echo halves: \$($halves)"
    [[ "$output" == *'No space left on device'* ]]
    [ "${lines[-2]}" = 'exit 1' ]
    [ "${lines[-1]}" = 'halves:' ]
  done
}

@test "no room for the folder itself is no wrong usage: exit 1; a folder that cannot be is: exit 2" {
  unshare -m true 2>/dev/null || skip 'a mount namespace takes root'
  mkdir "$BATS_TEST_TMPDIR/disk"
  local command
  for command in 'run --profile quick --only memory --model loop --blocks 1 --waiters 5' "compare $golden $golden"; do
    # shellcheck disable=SC2016
    run unshare -m bash -c 'mount -t tmpfs -o nr_inodes=1 none "$1" || exit 99; $2 --output "$1/new"' - \
      "$BATS_TEST_TMPDIR/disk" "$waitbench $command"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ "$output" == *'disk/new: No space left on device'* ]]
    # shellcheck disable=SC2086
    run "$waitbench" $command --output /proc/waitbench/new
    echo "$output"
    [ "$status" -eq 2 ]
    [[ "$output" == *'/proc/waitbench/new: '* ]]
  done
}

@test "a comparison on a full disk: the reason, exit 1, and no halves of files" {
  on_full_disk 1 "'$waitbench' compare run run --output empty; echo \"exit \$?\"; echo halves: \$($halves)"
  [[ "$output" == *'No space left on device'* ]]
  [ "${lines[-2]}" = 'exit 1' ]
  [ "${lines[-1]}" = 'halves:' ]
}

@test "a page is unpacked whole or not at all: the reason, exit 1, no folder" {
  cp -r "$golden" "$run_dir"
  "$waitbench" report "$run_dir"
  on_full_disk 12 "'$waitbench' report '$run_dir/report.html' --output new; echo \"exit \$?\"; echo new: new*"
  [[ "$output" == *'No space left on device'* ]]
  [ "${lines[-2]}" = 'exit 1' ]
  [ "${lines[-1]}" = 'new: new*' ]
}

# A limit on the size of files, which the page alone exceeds.
@test "a page that cannot be written: its name and the reason, and the old one stays" {
  cp -r "$golden" "$run_dir"
  "$waitbench" report "$run_dir"
  cp "$run_dir/report.html" "$BATS_TEST_TMPDIR/before.html"
  local largest
  largest=$(find "$run_dir" -type f ! -name report.html -printf '%s\n' | sort -n | tail -n 1)
  [ "$(stat -c %s "$run_dir/report.html")" -gt $((largest + 4096)) ]
  run bash -c "trap '' XFSZ; prlimit --fsize=$((largest + 4096)) '$waitbench' report '$run_dir'"
  echo "$output"
  [ "$status" -eq 1 ]
  [[ "$output" == *"cannot write $run_dir/report.html: File too large"* ]]
  cmp "$run_dir/report.html" "$BATS_TEST_TMPDIR/before.html"
}

@test "a report waits for another on the same folder, and both leave every chart" {
  cp -r "$golden" "$run_dir"
  mkfifo "$BATS_TEST_TMPDIR/release"
  flock "$run_dir" bash -c "touch '$BATS_TEST_TMPDIR/held'; read -r _ <'$BATS_TEST_TMPDIR/release'" 3>&- &
  local holder=$! reporter
  until [ -e "$BATS_TEST_TMPDIR/held" ]; do
    kill -0 $holder
    sleep 0.05
  done
  "$waitbench" report "$run_dir" 2>"$BATS_TEST_TMPDIR/said" >/dev/null 3>&- &
  reporter=$!
  until grep -q "waiting for another report on $run_dir" "$BATS_TEST_TMPDIR/said"; do
    kill -0 $reporter
    sleep 0.05
  done
  [ ! -e "$run_dir/report.html" ]
  echo >"$BATS_TEST_TMPDIR/release"
  wait $holder
  wait $reporter
  "$waitbench" report "$run_dir" 3>&- &
  "$waitbench" report "$run_dir"
  wait $!
  [ "$(find "$run_dir/charts" -name '*.png' | wc -l)" -eq 9 ]
  [ "$(find "$run_dir/charts" -name '*.svg' | wc -l)" -eq 9 ]
  [ "$(grep -c '<svg' "$run_dir/report.html")" -ge 1 ]
  local left
  left=$(find "$run_dir" -name '*.part' -o -name '*.new*')
  [ -z "$left" ]
}

@test "a comparison whose reader has gone writes all its files, exit 0" {
  run python3 -c '
import os, subprocess, sys
read, write = os.pipe()
os.close(read)
sys.exit(subprocess.run(sys.argv[1:], stdout=write).returncode)' \
    "$waitbench" compare "$golden" "$golden" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  [ -s "$run_dir/compare.csv" ]
  grep -q '</html>' "$run_dir/compare.html"
  [ -n "$(find "$run_dir/charts" -name '*.png')" ]
}
