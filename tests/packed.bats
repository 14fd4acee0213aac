#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs that come as one file: the page that carries its run, and a .tar.gz of the folder, in the place of
# the folder; and what is refused of them, since they may be anybody's.

bats_require_minimum_version 1.5.0
load helpers

golden=$WAITBENCH_SOURCE/tests/golden/report-run

setup_file() {
  mkdir "$BATS_FILE_TMPDIR/mine"
  cp "$golden"/* "$BATS_FILE_TMPDIR/mine"
  "$WAITBENCH_BUILD/waitbench" report "$BATS_FILE_TMPDIR/mine"
  cp "$BATS_FILE_TMPDIR/mine/report.html" "$BATS_FILE_TMPDIR/mine.html"
  # One with few charts, since what unpacks it draws them again.
  mkdir "$BATS_FILE_TMPDIR/small"
  cp "$golden"/{machine.json,memory.csv} "$BATS_FILE_TMPDIR/small"
  "$WAITBENCH_BUILD/waitbench" report "$BATS_FILE_TMPDIR/small"
  cp "$BATS_FILE_TMPDIR/small/report.html" "$BATS_FILE_TMPDIR/small.html"
  tar -C "$BATS_FILE_TMPDIR" -czf "$BATS_FILE_TMPDIR/small.tar.gz" small
}

# left_in FOLDER: what is there.
left_in() {
  find "$1" -mindepth 1
}

@test "the page has each file of the run as it is, behind a link that any tool unpacks, and says its size" {
  python3 - "$BATS_FILE_TMPDIR/mine.html" "$BATS_FILE_TMPDIR/mine" <<'PYTHON'
import base64, gzip, html.parser, os, sys

class Links(html.parser.HTMLParser):
    links, text, inside = {}, {}, None
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "download" in attributes:
            self.inside = attributes["download"]
            assert self.inside not in self.links
            self.links[self.inside] = attributes["href"]
            self.text[self.inside] = ""
        elif tag == "li":
            self.inside = None
    def handle_data(self, data):
        if self.inside:
            self.text[self.inside] += data

page = Links()
page.feed(open(sys.argv[1], encoding="utf-8").read())
files = [name for name in os.listdir(sys.argv[2]) if name.endswith((".csv", ".json"))]
assert sorted(page.links) == sorted(name + ".gz" for name in files) and len(files) == 9, page.links.keys()
for name in files:
    kind, content = page.links[name + ".gz"].split(",")
    packed = base64.b64decode(content, validate=True)
    whole = open(os.path.join(sys.argv[2], name), "rb").read()
    assert kind == "data:application/gzip;base64" and gzip.decompress(packed) == whole, name
    size = lambda count: f"{count} bytes" if count < 1024 else f"{(count + 512) // 1024} KiB"
    assert f"{name}.gz ({size(len(whole))}, packed {size(len(packed))})" in page.text[name + ".gz"], page.text
PYTHON
}

@test "compare says the same of folders, pages and archives, whatever they are called" {
  local other=$BATS_TEST_TMPDIR/other name first second
  cp -r "$BATS_FILE_TMPDIR/small" "$other"
  sed -i 's/synthetic-host/other-host/' "$other/machine.json"
  "$waitbench" report "$other"
  gzip -c "$other/report.html" >"$BATS_TEST_TMPDIR/other.page.gz"
  tar -C "$other" -cf "$BATS_TEST_TMPDIR/other.tar" .
  "$waitbench" compare "$BATS_FILE_TMPDIR/small" "$other" --output "$BATS_TEST_TMPDIR/expected"
  mkdir "$BATS_TEST_TMPDIR/tmp"
  for name in small.html:other.tar small.tar.gz:other.page.gz; do
    first=$BATS_FILE_TMPDIR/${name%:*} second=$BATS_TEST_TMPDIR/${name#*:}
    TMPDIR=$BATS_TEST_TMPDIR/tmp "$waitbench" compare "$first" "$second" --output "$run_dir"
    # The column `run` says what was given.
    python3 - "$BATS_TEST_TMPDIR/expected/compare.csv" "$run_dir/compare.csv" "$first" "$second" <<'PYTHON'
import csv, sys
expected, written = (list(csv.DictReader(open(path, newline=""))) for path in sys.argv[1:3])
assert {row.pop("run") for row in written} == set(sys.argv[3:])
for row in expected:
    del row["run"]
assert written == expected and len(written) > 9
PYTHON
    rm -r "$run_dir"
  done
  run left_in "$BATS_TEST_TMPDIR/tmp"
  [ "$output" = '' ]
}

@test "a page and its folder are one run" {
  run "$waitbench" compare "$BATS_FILE_TMPDIR/small" "$BATS_FILE_TMPDIR/small.html" --output "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$(cell "$run_dir/compare.csv" comparable 2)" == 'one run' ]]
}

@test "report unpacks a page or an archive beside it and writes the same; what is there is not overwritten" {
  cp "$BATS_FILE_TMPDIR/small.html" "$BATS_TEST_TMPDIR/small.html"
  run --separate-stderr "$waitbench" report "$BATS_TEST_TMPDIR/small.html"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$output" = "$BATS_TEST_TMPDIR/small" ]
  diff -r "$output" "$BATS_FILE_TMPDIR/small"
  cp "$BATS_FILE_TMPDIR/small.tar.gz" "$BATS_TEST_TMPDIR/small.tar.gz"
  run "$waitbench" report "$BATS_TEST_TMPDIR/small.tar.gz"
  [ "$status" -eq 2 ]
  [[ "$output" == *"small is there already, and not empty: \`waitbench report "* ]]
  # What is to be typed is typed so that a shell takes it.
  mkdir "$BATS_TEST_TMPDIR/a b"
  touch "$BATS_TEST_TMPDIR/a b/mine"
  cp "$BATS_FILE_TMPDIR/mine.html" "$BATS_TEST_TMPDIR/a b.html"
  run "$waitbench" report "$BATS_TEST_TMPDIR/a b.html"
  [ "$status" -eq 2 ]
  [[ "$output" == *"\`waitbench report '$BATS_TEST_TMPDIR/a b'\` reads it"* ]]
  run --separate-stderr "$waitbench" report "$BATS_TEST_TMPDIR/small.tar.gz" --output "$BATS_TEST_TMPDIR/new/small"
  [ "$status" -eq 0 ]
  diff -r "$BATS_TEST_TMPDIR/new/small" "$BATS_FILE_TMPDIR/small"
  run "$waitbench" report "$BATS_FILE_TMPDIR/small" --output "$run_dir"
  [ "$status" -eq 2 ]
  run "$waitbench" report --readme "$WAITBENCH_SOURCE/README.md" "$BATS_FILE_TMPDIR/small.html"
  [ "$status" -eq 2 ]
  [[ "$output" == *"--readme takes runs' folders"* ]]
}

@test "a name in another script, in the newer form of archives" {
  python3 - "$BATS_FILE_TMPDIR/small" "$BATS_TEST_TMPDIR/pax.tar.gz" <<'PYTHON'
import sys, tarfile
with tarfile.open(sys.argv[2], "w:gz", format=tarfile.PAX_FORMAT) as tar:
    tar.add(sys.argv[1], "Läufe/" + "lang" * 40 + "/実行")
PYTHON
  LC_ALL=C "$waitbench" report "$BATS_TEST_TMPDIR/pax.tar.gz" --output "$run_dir"
  cmp "$run_dir/memory.csv" "$golden/memory.csv"
}

@test "what is cut, damaged, too large, several or none: one line that says what and where, nothing left" {
  local name code words command commands
  mkdir "$BATS_TEST_TMPDIR/packed" "$BATS_TEST_TMPDIR/tmp"
  python3 "$WAITBENCH_SOURCE/tests/packed_runs.py" "$BATS_FILE_TMPDIR/mine.html" "$BATS_FILE_TMPDIR/mine" \
    "$BATS_TEST_TMPDIR/packed" >"$BATS_TEST_TMPDIR/list"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/list")" -ge 30 ]
  cd "$BATS_TEST_TMPDIR/packed"
  while IFS=$'\t' read -r name code words; do
    # All have one reader; what is in one of the run's files is said as of any folder.
    commands=("list $name")
    case $name in
      figure.html | json.html | nul.html) commands=("compare $golden $name --output $run_dir") ;;
      half.html | two.tar.gz | up.tar.gz | soft.tar.gz)
        commands+=("compare $golden $name --output $run_dir" "report $name --output $run_dir" "report $name" "export $name")
        ;;
    esac
    for command in "${commands[@]}"; do
      # shellcheck disable=SC2086
      TMPDIR=$BATS_TEST_TMPDIR/tmp run "$waitbench" $command
      echo "$command: $output"
      [ "$status" -eq "$code" ]
      [ "${#lines[@]}" -eq 1 ]
      [[ "$output" == "waitbench: "*"$name"*"$words"* ]]
      [ ! -e "$run_dir" ]
    done
  done <"$BATS_TEST_TMPDIR/list"
  run left_in "$BATS_TEST_TMPDIR/tmp"
  [ "$output" = '' ]
  [ "$(left_in . | wc -l)" -eq "$(wc -l <"$BATS_TEST_TMPDIR/list")" ]
}

@test "what a run says of itself stays text on its page, and is no file of the run that the page carries" {
  local link='<a download=\"memory.csv.gz\" href=\"data:application/gzip;base64,AAAA\"><script>'
  cp -r "$BATS_FILE_TMPDIR/small" "$run_dir"
  python3 - "$run_dir/machine.json" "$link" <<'PYTHON'
import json, sys
machine = json.load(open(sys.argv[1]))
machine["hostname"] = machine["cpu"]["model"] = sys.argv[2].replace("\\", "")
json.dump(machine, open(sys.argv[1], "w"))
PYTHON
  "$waitbench" report "$run_dir"
  refute grep -q '<script' "$run_dir/report.html"
  "$waitbench" report "$run_dir/report.html" --output "$BATS_TEST_TMPDIR/again"
  cmp "$run_dir/machine.json" "$BATS_TEST_TMPDIR/again/machine.json"
  cmp "$run_dir/memory.csv" "$BATS_TEST_TMPDIR/again/memory.csv"
}

@test "list says what a folder, a page or an archive has" {
  "$waitbench" list "$BATS_FILE_TMPDIR/mine" >"$BATS_TEST_TMPDIR/listed"
  grep -x 'machine      synthetic-host' "$BATS_TEST_TMPDIR/listed"
  grep -x 'label        Imaginary CPU 9000' "$BATS_TEST_TMPDIR/listed"
  grep -x 'rows         memory.csv 144 .*' "$BATS_TEST_TMPDIR/listed"
  grep -x 'models       .*threads.*' "$BATS_TEST_TMPDIR/listed"
  "$waitbench" list "$BATS_FILE_TMPDIR/mine.html" | cmp - "$BATS_TEST_TMPDIR/listed"
  # As it comes from somewhere else.
  # shellcheck disable=SC2002
  cat "$BATS_FILE_TMPDIR/mine.html" | "$waitbench" list /dev/stdin | cmp - "$BATS_TEST_TMPDIR/listed"
  "$waitbench" list <(cat "$BATS_FILE_TMPDIR/mine.html") | cmp - "$BATS_TEST_TMPDIR/listed"
  run --separate-stderr "$waitbench" list "$BATS_TEST_TMPDIR"
  [ "$status" -eq 2 ]
  [ "$output" = '' ]
  run "$waitbench" list "$BATS_FILE_TMPDIR/mine" "$BATS_FILE_TMPDIR/mine"
  [ "$status" -eq 2 ]
  cp -r "$golden" "$run_dir"
  sed -i '3s/20408765/2040876O/' "$run_dir/memory.csv"
  run --separate-stderr "$waitbench" list "$run_dir"
  [ "$status" -eq 1 ]
  [[ "$output" == *"memory.csv (cannot be read)"* ]]
  [[ "$stderr" == *"memory.csv:3: "* ]]
}
