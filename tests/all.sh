#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every test: formatting, shell scripts, and meson's tests in four builds. Ends with a line
# "N passed, N failed, N skipped"; exits 1 when anything failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

passed=0
failed=0
skipped=0
only_alone=

# check NAME COMMAND...: one test that is a command.
check() {
  local name=$1
  shift
  if "$@"; then
    echo "ok: $name"
    passed=$((passed + 1))
  else
    echo "FAILED: $name"
    failed=$((failed + 1))
  fi
}

# skip NAME WHY
skip() {
  echo "skipped: $1: $2"
  skipped=$((skipped + 1))
}

# result_count DIRECTORY RESULT: how many of the build's tests ended so.
result_count() {
  jq -r --arg result "$2" 'select(.result == $result) | .name' "$1/meson-logs/testlog.json" | wc -l
}

# print_failures DIRECTORY: what failed in the tests of commands, and where. Meson reads what bats prints
# and shows no line of it.
print_failures() {
  jq -r 'select(.result == "ERROR" or .result == "FAIL" or .result == "TIMEOUT")
    | "== \(.name)", (.stdout // "" | split("\n")[] | select(test("^(#|not ok)")))' \
    "$1/meson-logs/testlog.json"
}

# hear_again DIRECTORY: what failed beside three others runs once more, alone. What passes then counts as
# passed and is named at the end: it leans on time that others took, which is a defect of its own, but none
# of what was changed. Sets `heard` to how many passed.
hear_again() {
  local directory=$1 names
  heard=0
  mapfile -t names < <(jq -r 'select(.result == "ERROR" or .result == "FAIL" or .result == "TIMEOUT")
    | .name | sub(".* / "; "")' "$directory/meson-logs/testlog.json")
  # As many as that do not fail for want of time.
  [ "${#names[@]}" -gt 0 ] && [ "${#names[@]}" -le 5 ] || return 0
  local name
  for name in "${names[@]}"; do
    echo "== once more, alone: $name"
    if meson test -C "$directory" --no-rebuild --print-errorlogs --num-processes 1 "$name"; then
      heard=$((heard + 1))
      only_alone+=" $directory/$name"
    else
      print_failures "$directory"
    fi
  done
}

# suite DIRECTORY SUITES SETUP-ARGUMENTS...: configures, builds and runs meson's tests: those of the
# suites, or all.
suite() {
  local directory=$1 name suites=()
  [ "$2" = all ] || for name in ${2//,/ }; do suites+=(--suite "$name"); done
  shift 2
  echo "== $directory: $*"
  local options=(-Dwerror=true -Dtests=enabled "$@")
  if [ -f "$directory/build.ninja" ]; then
    check "$directory: configure" meson configure "$directory" "${options[@]}"
  else
    check "$directory: configure" meson setup "$directory" "${options[@]}" >/dev/null
  fi
  check "$directory: build" ninja -C "$directory" --quiet || return
  rm -f "$directory/meson-logs/testlog.json"
  # More than there are CPUs, because many do little but wait.
  meson test -C "$directory" --no-rebuild --print-errorlogs --num-processes 4 \
    "${suites[@]}" || print_failures "$directory"
  local log=$directory/meson-logs/testlog.json
  if [ ! -f "$log" ]; then
    check "$directory: tests ran" false
    return
  fi
  local ok skip all heard
  ok=$(result_count "$directory" OK)
  skip=$(result_count "$directory" SKIP)
  all=$(wc -l <"$log")
  hear_again "$directory"
  passed=$((passed + ok + heard))
  skipped=$((skipped + skip))
  failed=$((failed + all - ok - skip - heard))
}

# files PATTERN...: of the tree, without what was built in it; a release's has no git to ask.
files() {
  if [ -e .git ]; then
    git ls-files -z -- "$@"
    return
  fi
  local pattern
  for pattern in "$@"; do
    find . -path './build*' -prune -o -type f -path "./$pattern" -print0
  done
}

format_is_right() {
  files '*.c' '*.h' | xargs -0 clang-format-14 --dry-run -Werror
}

scripts_are_clean() {
  files '*.sh' '.ci/run' 'results/recipes/fleet/*' | xargs -0 shellcheck
}

every_test_can_fail() {
  files '*.bats' '*.bash' | xargs -0 awk -f tests/bats_lint.awk
}

# Another version formats some lines otherwise.
if command -v clang-format-14 >/dev/null; then
  check 'clang-format' format_is_right
else
  skip 'clang-format' 'clang-format-14 is not here'
fi
check 'shellcheck' scripts_are_clean
check 'bats_lint' every_test_can_fail
# Some machines have a python3 that first looks for the real one, which takes ten times as long as
# the few lines that a test gives it.
PATH=$(dirname "$(python3 -c 'import sys; print(sys.executable)')"):$PATH
export PATH
# Leaks of threads that run until exit are none; what LeakSanitizer reports otherwise is one.
export ASAN_OPTIONS=abort_on_error=0:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1
# What each build can find: all behaviour in the first, what another compiler and its fuzzer find in the
# second, memory errors wherever commands and modules go, and races where there are threads. To
# optimise what only these see, or what a sanitizer adds, takes longer than it saves.
suite build all -Dbuildtype=debugoptimized -Druntimes=true
CC=clang suite build-clang unit,fuzz -Dfuzz=enabled -Doptimization=0
suite build-asan unit,sanitize,race -Db_sanitize=address,undefined -Doptimization=1
suite build-tsan unit,race -Db_sanitize=thread -Doptimization=1

[ -z "$only_alone" ] || echo "passed only when run alone, mend them:$only_alone"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
