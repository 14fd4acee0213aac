#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# No text of a chart lies on another or is cut off: asked of a real browser, by the boxes that it gives
# each text, of all charts of the reference runs as the scripts draw them now.

load helpers

needs_browser() {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "the charts are the same as without a sanitizer"
  chromium=$(command -v chromium) || skip "chromium is not installed"
}

# look SVG...: what is wrong with them, a line each, and then how many texts there are.
look() {
  python3 "$WAITBENCH_SOURCE/tests/overlap.py" "$BATS_TEST_TMPDIR/page.html" "$@"
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$BATS_TEST_TMPDIR/profile" --virtual-time-budget=5000 --dump-dom \
    "file://$BATS_TEST_TMPDIR/page.html" >"$BATS_TEST_TMPDIR/dom" 2>"$BATS_TEST_TMPDIR/log"
  grep -o "<pre>[^<]*" "$BATS_TEST_TMPDIR/dom" | sed "s/<pre>//"
}

# text X Y [ROTATION]: gnuplot's way to write one.
text() {
  echo "<g transform=\"translate($1,$2) ${3-}\" font-family=\"sans-serif\" font-size=\"13.00\"><text>$4</text></g>"
}

# picture TEXT...: a picture of those texts, as a file.
picture() {
  local file=$BATS_TEST_TMPDIR/$1.svg
  shift
  echo "<?xml version=\"1.0\"?><svg width=\"800\" height=\"200\" viewBox=\"0 0 800 200\"
    xmlns=\"http://www.w3.org/2000/svg\">$*</svg>" >"$file"
}

@test "what looks for overlapping text finds it, and nothing else" {
  needs_browser
  picture good "$(text 20 50 '' 'ten words')" "$(text 20 66 '' below)" "$(text 150 50 '' beside)" "$(text 20 20 '' '')"
  picture tics "$(text 20 50 '' '10 us')" "$(text 50 50 '' '100 us')"
  picture lines "$(text 20 50 '' 'a line')" "$(text 20 58 '' 'another')"
  picture turned "$(text 50 150 'rotate(-90.00)' 'requests per second')" "$(text 20 100 '' 'a label')"
  picture twice "$(text 20 50 '' once)" "$(text 20 50 '' once)"
  picture cut "$(text 770 50 '' '100 ms')"
  cd "$BATS_TEST_TMPDIR"
  run look good.svg tics.svg lines.svg turned.svg twice.svg cut.svg
  echo "$output"
  [ "$output" = 'tics.svg: "10 us" lies on "100 us"
lines.svg: "a line" lies on "another"
turned.svg: "requests per second" lies on "a label"
twice.svg: "once" lies on "once"
cut.svg: "100 ms" reaches out of the picture
12 texts' ]
}

@test "no text of a chart lies on another, in any chart of the reference runs and of their comparison" {
  needs_browser
  needs_reference_runs
  local name
  cd "$BATS_TEST_TMPDIR"
  for name in "$WAITBENCH_SOURCE"/results/reference/2cpu-vm*; do
    cp -r "$name" .
    "$waitbench" report "${name##*/}"
  done
  "$waitbench" compare 2cpu-vm 2cpu-vm-quick --output compare
  run look ./*/charts/*.svg
  echo "$output"
  [[ "$output" =~ ^[0-9]{3,}" texts"$ ]]
}

@test "nor in charts of runs that have every setting, and servers with options, and thirty programs with long names" {
  needs_browser
  cd "$BATS_TEST_TMPDIR"
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" load --blocks 2
  python3 "$WAITBENCH_SOURCE/tests/simulated_web.py" web --blocks 2 --only web-postgres,blocking
  python3 "$WAITBENCH_SOURCE/tests/simulated_runtimes.py" runtimes --blocks 2 --count 30 --long
  "$waitbench" report load
  "$waitbench" report web
  "$waitbench" report runtimes
  run look load/charts/*.svg web/charts/*.svg runtimes/charts/*.svg
  echo "$output"
  [[ "$output" =~ ^[0-9]{3,}" texts"$ ]]
}
