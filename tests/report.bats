#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# `waitbench report`, on a run folder whose figures are invented.

load helpers

golden() {
  cp -r "$WAITBENCH_SOURCE/tests/golden/report-run" "$run_dir"
}

@test "the page has its parts, is whole, and asks nobody for anything" {
  golden
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\n'"reproduced threads cost more memory 43.3 KiB against 4.14 KiB, 10.5 times"$'\n'* ]]
  [[ "$output" == *$'\n'"undecided  threads cancel worse     not run"$'\n'* ]]
  python3 - "$run_dir/report.html" <<'PYTHON'
import re, sys
from html.parser import HTMLParser

class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open, self.headings, self.links, self.ids, self.references = [], [], [], [], [], []
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag not in ("meta", "link", "path", "use", "rect", "circle", "polygon"):
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("href", "xlink:href", "src"):
            if name in attributes:
                self.links.append(attributes[name])
        for name in ("aria-labelledby", "aria-describedby"):
            self.references += attributes.get(name, "").split()
    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if self.open and self.open[-1] == tag:
            self.open.pop()
    def handle_endtag(self, tag):
        if tag not in ("path", "use", "rect", "circle", "polygon"):
            assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

text = open(sys.argv[1], encoding="utf-8").read()
page = Page()
page.feed(text)
assert not page.open, page.open
count = lambda name: sum(tag == name for tag, _ in page.tags)
votes = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("class") == "votes"]
assert count("svg") - len(votes) == 9 and count("h1") == 1 and count("script") == 0
assert len(page.ids) == len(set(page.ids)), "an id stands twice"
for link in page.links:
    assert link == "data:," or link.startswith("data:application/gzip;base64,") or link.startswith("#") and link[1:] in page.ids, link
assert set(page.references) <= set(page.ids)
assert not re.search(r"url\((?!#)", text) and "@import" not in text
before = 0
for level in page.headings:
    assert level <= before + 1, "a heading skips a level"
    before = level
assert count("caption") == count("table") > 5
for tag, attributes in page.tags:
    assert tag != "th" or attributes.get("scope") in ("row", "col", "rowgroup")
    assert tag != "svg" or attributes.get("role") == "img"
    assert tag != "html" or attributes.get("lang") == "en"
for words in "A thread costs more memory than a task", "Memory of one more waiter", "synthetic-host", "only 9,871 of 10,000", \
        "Imaginary CPU 9000", "build/waitbench run --profile default --output &#39;results/my run&#39; --seed 7":
    assert words in text, words
PYTHON
}

@test "the page begins with the answer, and every vote is drawn and told" {
  golden
  jq '.disturbances.during = [{name: "other work"}, {name: "<steal>"}]' "$run_dir/machine.json" >"$BATS_TEST_TMPDIR/machine"
  mv "$BATS_TEST_TMPDIR/machine" "$run_dir/machine.json"
  "$waitbench" report "$run_dir"
  python3 - "$run_dir" <<'PYTHON'
import csv, html, re, sys
text = open(sys.argv[1] + "/report.html", encoding="utf-8").read()
claims = {row["id"]: row for row in csv.DictReader(open(sys.argv[1] + "/claims.csv", newline=""))}
order = [text.index(f'<section id="{name}"') for name in ("answer", "scorecard", "memory")]
assert order == sorted(order), order
headline = html.unescape(re.search(r'<p class="headline">(.*?)</p>', text, re.S)[1])
assert headline.startswith("A thread takes more memory than a connection of the event loop: "
                           + claims["memory-per-waiter"]["answer"] + "."), headline
assert "Which of the two answers more requests depends on the setting." in headline, headline
assert ('it was disturbed: other work, &lt;steal&gt; (<a href="#disturbed">' in
        text[text.index('class="headline"'):text.index('<ul class="figures">')])
figures = text[text.index('<ul class="figures">'):text.index('<section id="scorecard"')]
assert figures.count("<li>") == figures.count('<svg class="votes"') == 4, figures
assert '<p class="big">10.5 times</p>' in figures and "95 % interval 10." in figures
for name, row in claims.items():
    if row["settings"] and f'aria-labelledby="figure-{name}-title"' in figures:
        standing = rf'<p class="ci">{row["verdict"]}: {row["resolved"]} of {row["settings"]} settings? resolved'
        assert len(re.findall(standing, figures)) == 1, (name, standing, figures)
drawn = 0
for name, row in claims.items():
    picture = re.search(rf'<svg class="votes"[^>]*aria-labelledby="votes-{name}-title".*?</svg>', text, re.S)
    settings = int(row["settings"] or 0)
    assert picture or settings == 0, name
    if not picture:
        continue
    drawn += 1
    table = text[text.index("<table>", picture.end()):]
    table = table[:table.index("</table>")]
    rows = re.findall(r"<tr><th scope=\"row\">", table)
    assert settings in (0, len(rows)), (name, settings, len(rows))
    # What has a ratio is drawn; the filled ones are those that are resolved, here without groups.
    assert picture[0].count("<circle") == table.count('<td class="n">'), name
    sides = sum(table.count(f"<td>{side}</td>") for side in ("threads better", "loop better", "equal")) + table.count("within a factor")
    assert sides == len(re.findall('<g class="v[tle]"', picture[0])), name
    assert settings == 0 or sides == int(row["resolved"]), (name, sides, row["resolved"])
assert drawn == 6, drawn
choose = text[text.index('<section id="choose"'):]
choose = html.unescape(re.sub("<[^>]*>", " ", choose[:choose.index("</section>")]))
choose = re.sub(r"\s+", " ", choose)
figure = r"[\d.]+ \([\d.]+ to [\d.]+\)"
for row in rf"none: all wait 4,000 0 loop {figure} – –", rf"no work 0 100 – loop {figure} threads {figure} at 5,000/s loop {figure} at 20,000/s ":
    assert re.search(row, choose), (row, choose)
PYTHON
}

@test "what is written can be read: WCAG contrast on paper and bands, light, dark and printed" {
  python3 - "$WAITBENCH_SOURCE/src/report/page/style.c" <<'PYTHON'
import re, sys
text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', open(sys.argv[1], encoding="utf-8").read()))
def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
def contrast(a, b):
    a, b = sorted((luminance(a), luminance(b)))
    return (b + 0.05) / (a + 0.05)
palettes = [dict(re.findall(r"--(\w+):(#[0-9a-f]+)", palette)) for palette in re.findall(r":root\{([^}]*)\}", text)]
assert len(palettes) == 3, palettes
for palette in palettes:
    for ink in "ink", "soft", "link", "good", "bad", "turn", "open", "threads", "loop":
        for ground in "paper", "band":
            ratio = contrast(palette[ink], palette[ground])
            assert ratio >= 4.5, (ink, ground, ratio)
PYTHON
}

@test "verdicts have colours on a terminal, unless somebody wants none" {
  command -v script >/dev/null || skip "script is not installed"
  golden
  say() {
    env TERM=xterm "$@" script -qec "$waitbench report $run_dir" /dev/null </dev/null
  }
  run say
  [[ "$output" == *$'\033[32mreproduced\033[0m threads cost more memory'* ]]
  run say NO_COLOR=1
  [[ "$output" == *$'\nreproduced threads cost more memory'* ]]
  [[ "$output" != *$'\033'* ]]
  run say TERM=dumb
  [[ "$output" != *$'\033'* ]]
}

@test "unequal work, overload, events and stalls are on the page and on the terminal" {
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$run_dir"
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\n5 us of work, 1 in 1,000 takes 20 ms more\n'* ]]
  [[ "$output" == *"ms overloaded 3/6 "* ]]
  [[ "$output" == *"each offered that share of its own sustainable rate"* ]]
  printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/said"
  tables_fit "$BATS_TEST_TMPDIR/said"
  python3 - "$run_dir/report.html" <<'PYTHON'
import html, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
plain = re.sub(r"\s+", " ", plain)
figure = r"[\d,.]+ \([\d,.]+ to [\d,.]+\) "
work = plain[plain.index("Latency by kind of work, every program"):]
work = work[work.index("1 in 1,000 takes 20 ms more"):]
assert re.match(rf"1 in 1,000 takes 20 ms more threads 50.0 [\d,]+ {figure}{figure}{figure}.*? loop 50.0 [\d,]+ {figure}{figure}{figure}", work), work[:300]
for words in "overloaded in 3 of 6", "withheld in 1 of 6", "Requests whose waiting times overlap", "Generator loaded", \
        "latency.csv: of 252 trials 4 had a stall of the replies, and 0 one of the generator", \
        "Memory under load, MiB", "Server + client CPU per request, us":
    assert words in plain, words
PYTHON
}

@test "a quantile that is not printed says why" {
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$run_dir"
  python3 - "$run_dir/latency.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
for row in rows:
    row["p999_ns"] = ""
    row["excursions_p999"] = "4" if row["model"] == "loop" else "40"
with open(sys.argv[1], "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
PYTHON
  "$waitbench" report "$run_dir"
  grep -q "too few events" "$run_dir/report.html"
  grep -q "too few samples" "$run_dir/report.html"
}

@test "trials are counted, not the rows that a trial of flow has" {
  golden
  local trials
  trials=$(rows "$run_dir/flow.csv")
  sed -i -E '2,$ { p; s|,([a-z_]+,[-+0-9.e]+,[0-9]+)$|_again,\1| }' "$run_dir/flow.csv"
  [ "$(rows "$run_dir/flow.csv")" -eq $((2 * trials)) ]
  "$waitbench" report "$run_dir"
  grep -q "<li>flow.csv: $trials trials, " "$run_dir/report.html"
}

@test "a hostile host name, subject and note are text" {
  golden
  local hostile="<script>alert(1)<\/script>"
  sed -i "s/synthetic-host/$hostile/" "$run_dir/machine.json"
  sed -i "s/fifty-kib/$hostile/; s/only 9,871/$hostile 9,871/" "$run_dir"/memory*.csv
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [ "$(grep -c "<script" "$run_dir/report.html")" -eq 0 ]
  [ "$(grep -o '&lt;script&gt;alert(1)&lt;/script&gt;' "$run_dir/report.html" | wc -l)" -ge 5 ]
}

@test "what the run lacks is said" {
  golden
  rm "$run_dir"/{latency,latency-spectrum}.csv "$run_dir/machine.json"
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  local page=$run_dir/report.html
  [ "$(grep -c 'This chart is not here: the run has no latency' "$page")" -eq 6 ]
  grep -q "The machine is not described" "$page"
  grep -q "The command is not here" "$page"
}

@test "a broken file is named in its chart's place, and in the exit code" {
  golden
  printf '1,2\n' >>"$run_dir/throughput.csv"
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 1 ]
  [[ "$output" == *"throughput.csv:146: "* ]]
  grep -q "This chart is not here: .*throughput.csv:146: " "$run_dir/report.html"
  grep -q "The scorecard is not here: .*throughput.csv:146: " "$run_dir/report.html"
  grep -q "The comparisons are not here: .*throughput.csv:146: " "$run_dir/report.html"
  grep -q "Memory per waiter, by component" "$run_dir/report.html"
}

# tables_are_shown: in $output, from the first to the scorecard and where everything is.
tables_are_shown() {
  [[ "$output" == *"Bytes per waiter: "* ]]
  [[ "$output" == *"Throughput of a closed loop"* ]]
  [[ "$output" == *"Latency from the intended send"* ]]
  [[ "$output" == *$'Scorecard\n\n'*"reproduced threads cost more memory"*"Bytes per waiter: "* ]]
  [[ "$output" == *$'\nReport\n'"  $run_dir/report.html"* ]]
}

@test "without gnuplot there is a page without pictures, and every table" {
  golden
  PATH=$BATS_TEST_TMPDIR run "$waitbench" report "$run_dir"
  [ "$status" -eq 3 ]
  tables_are_shown
  [[ "$output" == *"gnuplot is not installed"*"and 8 more, of which the page says why"* ]]
  grep -q "This chart is not here: gnuplot is not installed" "$run_dir/report.html"
  grep -q "<caption><span>Memory of one more waiter" "$run_dir/report.html"
}

@test "a chart that fails costs no other, and no table" {
  local real
  golden
  real=$(command -v gnuplot)
  mkdir "$BATS_TEST_TMPDIR/bin"
  cat >"$BATS_TEST_TMPDIR/bin/gnuplot" <<SCRIPT
#!/bin/sh
while IFS= read -r line; do
  case \$line in call*throughput*) echo "the moon is full" >&2; exit 1;; esac
  printf '%s\n' "\$line"
done | $real "\$@"
SCRIPT
  chmod +x "$BATS_TEST_TMPDIR/bin/gnuplot"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$waitbench" report "$run_dir"
  echo "$output"
  [ "$status" -eq 1 ]
  tables_are_shown
  [[ "$output" == *"chart throughput: gnuplot failed: the moon is full; and 1 more, of which the page says why"* ]]
  [[ "$output" == *"/charts/flow.png"* ]]
  [[ "$output" != *"/charts/throughput.png"* ]]
  [ "$(grep -c "This chart is not here: gnuplot failed: the moon is full" "$run_dir/report.html")" -eq 2 ]
}

@test "what cannot be drawn any more is not left over from before" {
  golden
  "$waitbench" report "$run_dir"
  [ -e "$run_dir/charts/flow.png" ]
  sed -i '2,$ s/,1,,/,0,,/' "$run_dir/flow.csv"
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [ ! -e "$run_dir/charts/flow.png" ]
  [ ! -e "$run_dir/charts/flow.csv" ]
  grep -q "This chart is not here: flow.csv has no valid row with a time" "$run_dir/report.html"
}

@test "what is no run is refused, and left as it was" {
  mkdir "$BATS_TEST_TMPDIR/empty"
  run "$waitbench" report "$BATS_TEST_TMPDIR/empty"
  [ "$status" -eq 2 ]
  [[ "$output" == *"is no run"* ]]
  rmdir "$BATS_TEST_TMPDIR/empty"
  run "$waitbench" report "$BATS_TEST_TMPDIR/nowhere"
  [ "$status" -eq 2 ]
  run "$waitbench" report
  [ "$status" -eq 2 ]
}

@test "in a browser: nothing scrolls sideways at 375 pixels, and no error is logged" {
  local chromium
  chromium=$(command -v chromium) || skip "chromium is not installed"
  golden
  "$waitbench" report "$run_dir"
  run browse report.html 'page.querySelector("svg:not(.votes)").getBoundingClientRect().height > 100'
  echo "$output"
  [ "$output" = "375 true 9 0 true" ]
  [ "$(grep -c "CONSOLE" "$BATS_TEST_TMPDIR/log")" -eq 0 ]
}

@test "a setting whose trials failed says so in its line of the terminal's table" {
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$run_dir"
  python3 - "$run_dir/throughput.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
kept = ("block", "order", "seed", "scenario", "model", "subject", "allocator", "connections", "active", "idle", "payload_bytes")
for row in rows:
    if row["model"] == "loop" and row["active"] == "300":
        row.update({name: "" for name in row if name not in kept and not name.startswith("work_")}, valid="0", note="broke")
with open(sys.argv[1], "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
PYTHON
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$output" =~ $'\n'\ +300\ +[0-9.]+\ k\ [^$'\n']*\ failed$'\n' ]]
  [[ "$output" == *"(6 trials failed and are in no figure; the report says why)"* ]]
  [[ "$output" != *nan* ]]
  grep -q "6 trials of throughput.csv failed and are in no point:</strong> loop at 300 active\." "$run_dir/report.html"
}

@test "where one side alone was measured, the scorecard says that it was too little" {
  golden
  find "$run_dir" -name '*.csv' ! -name memory.csv -delete
  sed -i '2,$ { /,threads,/!d }' "$run_dir/memory.csv"
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\n'"undecided  threads cost more memory too little was measured"$'\n'* ]]
}

@test "a run without a trial has no scorecard of things that were not run" {
  golden
  find "$run_dir" -name '*.csv' -delete
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$output" == *"No claim is judged: there is no trial that can be read."* ]]
  [[ "$output" != *Scorecard* ]]
}
