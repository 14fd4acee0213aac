#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The .hgrm that waitbench writes is what HdrHistogram's own tools write and read.

load helpers

setup_file() {
  python3 -c 'import random
random.seed(3)
for _ in range(20000): print(int(random.lognormvariate(11, 1.5)))' >"$BATS_FILE_TMPDIR/latencies"
  "$WAITBENCH_BUILD/tests/hgrm_of" <"$BATS_FILE_TMPDIR/latencies" >"$BATS_FILE_TMPDIR/ours.hgrm"
}

# figures FILE: of each row the value to three digits, the percentile and the count.
figures() {
  awk '/^ *[0-9]/ { printf "%.3f %.12f %d\n", $1, $2, $3 }' "$1"
}

@test "HdrHistogram writes the same rows for the same latencies" {
  local jar=/usr/share/java/hdrhistogram.jar
  { [ -e "$jar" ] && command -v java; } >/dev/null || skip 'no HdrHistogram for Java here (libhdrhistogram-java)'
  java -cp "$jar" "$WAITBENCH_SOURCE/tests/HgrmOf.java" <"$BATS_FILE_TMPDIR/latencies" >"$BATS_TEST_TMPDIR/theirs.hgrm"
  # It writes the largest latency a second time, with its percentile, and rounded up to its bucket's end.
  figures "$BATS_TEST_TMPDIR/theirs.hgrm" | awk '$3 < 20000' >"$BATS_TEST_TMPDIR/theirs"
  figures "$BATS_FILE_TMPDIR/ours.hgrm" | awk '$3 < 20000' >"$BATS_TEST_TMPDIR/ours"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/ours")" -gt 70 ]
  diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
  diff <(grep -o '^#\[[A-Z][a-z]* ' "$BATS_TEST_TMPDIR/theirs.hgrm") <(grep -o '^#\[[A-Z][a-z]* ' "$BATS_FILE_TMPDIR/ours.hgrm")
}

# Its script make_percentile_plot has gnuplot plot columns 4 and 1; its page plotFiles.html takes the rows of
# four words between spaces of which those two are numbers.
@test "gnuplot reads it as HdrHistogram's script has it read, and all rows but the last have four words" {
  local rows words
  rows=$(figures "$BATS_FILE_TMPDIR/ours.hgrm" | wc -l)
  run gnuplot -e "stats '$BATS_FILE_TMPDIR/ours.hgrm' using 4:1 nooutput; print STATS_records, STATS_max_x"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${output%% *}" = "$((rows - 1))" ]
  words=$(awk '!/^#/ && NF == 4 && $1 + 0 > 0' "$BATS_FILE_TMPDIR/ours.hgrm" | wc -l)
  [ "$words" -eq $((rows - 1)) ]
}
