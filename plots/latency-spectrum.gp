# SPDX-License-Identifier: GPL-3.0-or-later
# The whole distribution of latency: each step to the right is a request ten times as rare.
# usage: gnuplot -c plots/latency-spectrum.gp RUN OUT [FILE]
NAME = "latency-spectrum"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval extent("number('panel')", 1, 1)
PANELS = int(MAX)
array TITLES[PANELS]
note_panel(p) = (TITLES[p] = strcol("row_label").", ".rate_words(number("offered_per_second")), p)
stats DATA using (note_panel(int(number("panel")))) nooutput
# Four panels in a row would be too narrow to read.
COLUMNS = PANELS > 3 ? 2 : PANELS
ROWS_DRAWN = (PANELS + COLUMNS - 1) / COLUMNS

latency(name) = number("latency_".name."_ns") / 1e9
rarity(q) = q < 1 ? 1 / (1 - q) : NaN
eval extent("rarity(number('quantile'))", 1, 1000)
MOST = MAX
LOW = HUGE
TOP = -HUGE
array MISSING[PANELS]
do for [p=1:PANELS] {
  eval extent("int(number('panel')) == p ? positive(latency('median')) : NaN", HUGE, -HUGE)
  eval note_ends
  MISSING[p] = MAX < 0
}
eval extent("positive(upper(latency('median'), latency('ci_high')))", HUGE, -HUGE)
eval note_ends
eval end_ends
eval latency_axis(LOW, TOP)
x(i, p) = in_panel(i, p, rarity(number("quantile")))

set logscale x
set xrange [1:MOST * 1.3]
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000, "99.999 %%" 100000)
set xlabel "percentile of requests"
eval begin_panels(ROWS_DRAWN > 1 ? 240 : 300, ROWS_DRAWN)
do for [p=1:PANELS] {
  eval panel((p - 1) % COLUMNS + 1, COLUMNS, (p - 1) / COLUMNS + 1)
  if ((p - 1) % COLUMNS == 0) { set ylabel "latency"; set format y "%.0s %cs" }
  set title TITLES[p]
  eval draw_floor(p)
  if (MISSING[p]) { set label NOTHING at graph 0.5, graph 0.5 center textcolor rgb INK }
  plot for [i=1:SERIES] DATA using (x(i, p)):(latency("ci_low")):(latency("ci_high")) with filledcurves \
      fc rgb COLOR[i] fs transparent solid 0.15 noborder notitle, \
    for [i=1:SERIES] DATA using (x(i, p)):(latency("median")) with @LINE
}
eval end_panels("for [i=1:SERIES] NaN with @LINE")
