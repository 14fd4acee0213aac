#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench report --readme: a page's figures are its runs'.

bats_require_minimum_version 1.5.0
load helpers

reference=results/reference/2cpu-vm

# rewrite FILE RUN...: from the source's top, so that paths are as README.md has them.
rewrite() {
  needs_reference_runs
  cd "$WAITBENCH_SOURCE"
  run --separate-stderr "$waitbench" report --readme "$@"
  echo "$stderr"
}

# page LINE...: a page of these lines.
page() {
  printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/page.md"
}

# The pages with figures of runs.
pages=(README.md results/READING.md results/COMPARING.md bench/PROGRAMS.md)

@test "each page is exactly what the command makes of it" {
  local page
  for page in "${pages[@]}"; do
    cp "$WAITBENCH_SOURCE/$page" "$BATS_TEST_TMPDIR/page.md"
    rewrite "$BATS_TEST_TMPDIR/page.md" $reference $reference-aa $reference-quick
    [ "$status" -eq 0 ]
    diff "$WAITBENCH_SOURCE/$page" "$BATS_TEST_TMPDIR/page.md"
  done
}

@test "the pages have every section once, so that no figure of them is written by hand" {
  local name
  cd "$WAITBENCH_SOURCE"
  for name in commands environment memory throughput latency scorecard coffee compare noise; do
    [ "$(cat "${pages[@]}" | grep -c "^<!-- waitbench:$name -->$")" -eq 1 ]
  done
}

@test "README.md answers within 200 lines, and what the pages link to is there" {
  [ "$(wc -l <"$WAITBENCH_SOURCE/README.md")" -lt 200 ]
  needs_reference_runs
  python3 - "$WAITBENCH_SOURCE" "${pages[@]}" <<'END'
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
links = 0
for page in sys.argv[2:]:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (root / page).read_text()):
        links += 1
        if not ((root / page).parent / link).exists():
            sys.exit(f"{page}: {link} is not there")
assert links > 10, links
END
}

# page_blocks PAGE: how many blocks of C it has, and nothing else; fails where one is not headed by its
# file's name, or is not what is in that file, line by line.
page_blocks() {
  python3 - "$1" "$WAITBENCH_SOURCE" <<'END'
import pathlib, re, sys
page = pathlib.Path(sys.argv[1]).read_text()
block = re.compile(r"((?:<!-- lines of (\S+) -->\n)?)```c\n(.*?)```\n", re.S)
count = 0
for head, name, lines in block.findall(page):
    if not head:
        sys.exit("no file is named above:\n" + lines)
    if "\n" + lines not in "\n" + (pathlib.Path(sys.argv[2]) / name).read_text():
        sys.exit("not lines of " + name + ":\n" + lines)
    count += 1
print(count)
END
}

@test "the recipe that bench/PROGRAMS.md shows is the programs' own, line by line" {
  local page=$WAITBENCH_SOURCE/bench/PROGRAMS.md file
  run page_blocks "$page"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$output" -eq "$(grep -c '^```c$' "$page")" ]
  for file in bench/workflow/threads.c bench/workflow/loop.c; do
    grep -q "^<!-- lines of $file -->$" "$page"
  done
}

@test "an excerpt that is not in its file, or names none, is found" {
  local page=$BATS_TEST_TMPDIR/page.md
  page '<!-- lines of bench/workflow/loop.c -->' '```c' 'static void coffee_make(struct kitchen *kitchen)' '{' '```'
  run page_blocks "$page"
  [ "$status" -eq 0 ]
  [ "$output" -eq 1 ]
  page '<!-- lines of bench/workflow/loop.c -->' '```c' 'static void coffee_make(struct kitchen *kitchen)' '```'
  sed -i 's/kitchen)/ kitchen)/' "$page"
  run page_blocks "$page"
  [ "$status" -eq 1 ]
  [[ "$output" == "not lines of bench/workflow/loop.c:"* ]]
  page '<!-- lines of bench/workflow/loop.c -->' '```c' 'void coffee_make(struct kitchen *kitchen)' '```'
  run page_blocks "$page"
  [ "$status" -eq 1 ]
  page 'text' '```c' 'static void coffee_make(struct kitchen *kitchen)' '```'
  run page_blocks "$page"
  [ "$status" -eq 1 ]
  [[ "$output" == "no file is named above:"* ]]
}

@test "a figure that is not the run's is replaced, and other words are kept" {
  page "before" "<!-- waitbench:scorecard -->" "| A thread | refuted |" "<!-- /waitbench -->" "after"
  rewrite "$BATS_TEST_TMPDIR/page.md" $reference
  [ "$status" -eq 0 ]
  [ "$(head -n 1 "$BATS_TEST_TMPDIR/page.md")" = before ]
  [ "$(tail -n 1 "$BATS_TEST_TMPDIR/page.md")" = after ]
  run grep -c "A thread |" "$BATS_TEST_TMPDIR/page.md"
  [ "$output" = 0 ]
  grep -q "^| A thread costs more memory than a task | reproduced |$" "$BATS_TEST_TMPDIR/page.md"
}

@test "a slash behind a run makes no second one, and a command is one that a shell takes" {
  page "<!-- waitbench:throughput -->" "<!-- /waitbench -->" "<!-- waitbench:compare -->" "<!-- /waitbench -->"
  ln -s "$WAITBENCH_SOURCE/$reference" "$BATS_TEST_TMPDIR/a run"
  rewrite "$BATS_TEST_TMPDIR/page.md" "$BATS_TEST_TMPDIR/a run//" $reference-quick/
  [ "$status" -eq 0 ]
  refute grep -q "//" "$BATS_TEST_TMPDIR/page.md"
  grep -q "build/waitbench compare '.*/a run' $reference-quick$" "$BATS_TEST_TMPDIR/page.md"
}

@test "sections on runs that are not given stay as they are" {
  page "<!-- waitbench:noise -->" "old" "<!-- /waitbench -->" "<!-- waitbench:compare -->" "old" \
    "<!-- /waitbench -->"
  cp "$BATS_TEST_TMPDIR/page.md" "$BATS_TEST_TMPDIR/before.md"
  rewrite "$BATS_TEST_TMPDIR/page.md" $reference
  [ "$status" -eq 0 ]
  cmp "$BATS_TEST_TMPDIR/page.md" "$BATS_TEST_TMPDIR/before.md"
}

# refused STATUS PATTERN RUN...: one line that says why, and the page is as it was.
refused() {
  local status_wanted=$1 pattern=$2
  shift 2
  cp "$BATS_TEST_TMPDIR/page.md" "$BATS_TEST_TMPDIR/before.md"
  rewrite "$BATS_TEST_TMPDIR/page.md" "$@"
  [ "$status" -eq "$status_wanted" ]
  [ "${#stderr_lines[@]}" -eq 1 ]
  [[ "$stderr" =~ $pattern ]]
  cmp "$BATS_TEST_TMPDIR/page.md" "$BATS_TEST_TMPDIR/before.md"
  local halves
  halves=$(find "$BATS_TEST_TMPDIR" -name '.page.md*')
  [ -z "$halves" ]
}

@test "broken markers are named with their line, and nothing is written" {
  page "one" "<!-- waitbench:scores -->" "<!-- /waitbench -->"
  refused 1 "page.md:2: no section" $reference
  page "one" "<!-- waitbench:scorecard -->" "text"
  refused 1 "page.md:2: the section is not closed" $reference
  page "<!-- waitbench:scorecard -->" "<!-- waitbench:coffee -->" "<!-- /waitbench -->"
  refused 1 "page.md:1: the section is not closed" $reference
  page "one" "two"
  refused 2 "page.md has no section to write: .*; names: commands" $reference
  page "one" "two" "<!-- /waitbench -->"
  refused 1 "page.md:3: closes no section" $reference
}

@test "a run that lacks what a section needs, and runs of one kind" {
  needs_reference_runs
  page "<!-- waitbench:memory -->" "<!-- /waitbench -->"
  mkdir "$BATS_TEST_TMPDIR/part"
  cp "$WAITBENCH_SOURCE/$reference/machine.json" "$BATS_TEST_TMPDIR/part"
  refused 2 "has no memory-per-waiter.csv" "$BATS_TEST_TMPDIR/part"
  refused 2 "against themselves" $reference-aa
  refused 2 "of one kind" $reference $reference-aa $reference-aa
  run "$waitbench" report $reference $reference
  [ "$status" -eq 2 ]
}
