#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# An installed waitbench needs neither the sources nor the build, and its man page knows each option.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
  DESTDIR=$BATS_FILE_TMPDIR/root meson install -C "$WAITBENCH_BUILD" --no-rebuild --quiet
  # Where it lies below that, whatever prefix the build was given; and at another place, as a whole.
  local program
  program=$(find "$BATS_FILE_TMPDIR/root" -name waitbench -type f -perm -1)
  mv "$(dirname "$(dirname "$program")")" "$BATS_FILE_TMPDIR/moved"
  chmod -R a+rX "$BATS_RUN_TMPDIR"
}

# alone COMMAND...: where sources and build are empty folders.
alone() {
  unshare --mount bash -c 'for folder in "$1" "$2"; do
      [ ! -d "$folder" ] || mount -t tmpfs none "$folder" || exit
    done
    shift 2
    exec "$@"' - "$WAITBENCH_SOURCE" "$WAITBENCH_BUILD" "$@"
}

# can_hide: whether this is allowed here.
can_hide() {
  alone true 2>/dev/null || skip 'no mounts of its own here'
}

@test "with sources and build gone it measures, reports and compares, below the current folder" {
  can_hide
  local installed=$BATS_FILE_TMPDIR/moved/bin/waitbench first second
  unset WAITBENCH_RESULTS WAITBENCH_PLOTS
  mkdir "$BATS_TEST_TMPDIR/empty"
  cd "$BATS_TEST_TMPDIR/empty"
  run --separate-stderr alone "$installed" run --only memory --waiters 50,100,150,200 --blocks 1
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ "$output" == results/*/* ]]
  first=$output
  [ "$(rows "$first/memory.csv")" -ge 12 ]
  refute grep -Eq '^([^,]*,){8}0,' "$first/memory.csv"
  [ -n "$(jq -er .git_revision "$first/machine.json")" ]
  # No link into the tree that is gone.
  [[ "$stderr" != *latest* ]]
  rm -r "$first/charts" "$first/report.html"
  alone "$installed" report "$first"
  [ -s "$first/charts/memory-bill.png" ]
  [ -s "$first/report.html" ]
  second=$BATS_TEST_TMPDIR/second
  cp -r "$first" "$second"
  run --separate-stderr alone "$installed" compare "$first" "$second"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(find results -name machines-memory.png -size +1k | wc -l)" -eq 1 ]
  [ "$(find results -name compare.html -size +1k | wc -l)" -eq 1 ]
  [ "$(ls)" = results ]
}

@test "another user measures with it, where it may write" {
  [ "$(id -u)" -eq 0 ] || skip 'becoming another user takes root'
  unset WAITBENCH_RESULTS WAITBENCH_PLOTS
  mkdir "$BATS_TEST_TMPDIR/theirs"
  chmod a+rwx "$BATS_TEST_TMPDIR/theirs"
  cd "$BATS_TEST_TMPDIR/theirs"
  run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
    "$BATS_FILE_TMPDIR/moved/bin/waitbench" run --profile quick --only memory --model loop --blocks 1 --waiters 5,10
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ "$output" == results/*/* ]]
  [ -s "$output/report.html" ]
}

@test "runtimes are found where they were installed, those that were built, too" {
  can_hide
  local copy=$BATS_TEST_TMPDIR/copy names=toy-threads
  unset WAITBENCH_RUNTIMES
  cp -r "$BATS_FILE_TMPDIR/moved" "$copy"
  [ -s "$copy/share/waitbench/runtimes/README.md" ]
  [ -s "$copy/share/waitbench/plans/runtimes.cfg" ]
  find "$copy/share/waitbench" -name meson.build >"$BATS_TEST_TMPDIR/builds"
  [ ! -s "$BATS_TEST_TMPDIR/builds" ]
  cp -r "$WAITBENCH_SOURCE/tests/catalogue/toy" "$copy/share/waitbench/runtimes"
  [ ! -e "$copy/share/waitbench/runtimes/python" ] || names+=,python-threading
  [ ! -e "$copy/libexec/waitbench/runtimes/c-epoll" ] || names+=,c-epoll
  TOY_LOG=$BATS_TEST_TMPDIR/log alone "$copy/bin/waitbench" run --profile quick --only memory --model none \
    --runtimes "$names" --blocks 1 --waiters 5 --output "$run_dir"
  every_row "$run_dir/memory.csv" 'valid == 1 and waiters == 5'
  grep -q ,toy-threads, "$run_dir/memory.csv"
  [[ "$names" != *python* ]] || grep -q ,python-threading, "$run_dir/memory.csv"
  [[ "$names" != *c-epoll* ]] || grep -q ,c-epoll, "$run_dir/memory.csv"
}

@test "a program that is missing is named, with what to do" {
  local copy=$BATS_TEST_TMPDIR/copy
  cp -r "$BATS_FILE_TMPDIR/moved" "$copy"
  rm "$copy"/libexec/waitbench/echo-threads*
  run "$copy/bin/waitbench" run --profile quick --only memory --blocks 1 --waiters 5 --output "$run_dir"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *"the program echo-threads "*" is missing in $copy/libexec/waitbench; install waitbench again"* ]]
}

# options COMMAND: as --help lists them.
options() {
  "$waitbench" "$1" --help | grep -oE -- '^ +(-[a-z?], )?--[a-z-]+' | grep -oE -- '--[a-z-]+' |
    grep -vxE -- '--(help|usage)' | sort
}

# documented COMMAND: the man page's, of the command's section.
documented() {
  sed -n "/^\.Ss waitbench $1\$/,/^\.S[sh] /p" \
    "$WAITBENCH_SOURCE/src/cli/waitbench.1" | sed -n 's/^\.It.*Fl Fl \([a-z-]*\).*/--\1/p' | sort
}

@test "the man page has each command, and of each its options and no others" {
  local command commands
  commands=$("$waitbench" --help | awk '/^  / { print $1 }')
  [ "$(sed -n 's/^\.Ss waitbench //p' "$WAITBENCH_SOURCE/src/cli/waitbench.1" | sort)" = "$(sort <<<"$commands")" ]
  for command in $commands; do
    diff <(options "$command") <(documented "$command")
    # A text that ends where a line does gets a line of blanks.
    refute grep -E '^ +$' <<<"$("$waitbench" "$command" --help)"
  done
  # The options were found at all.
  [ "$(options run | wc -l)" -ge 10 ]
  diff <(options load | head -n 1) <(echo --active)
}

@test "the man page is one that man shows without a warning" {
  command -v man >/dev/null || skip 'man is not here'
  run man --warnings -l "$WAITBENCH_SOURCE/src/cli/waitbench.1"
  [ "$status" -eq 0 ]
  [[ "$output" != *warning* ]]
  [[ "$output" == *idle-wait* ]]
}
