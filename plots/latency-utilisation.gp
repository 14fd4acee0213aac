# SPDX-License-Identifier: GPL-3.0-or-later
# Latency when each program is offered the same share of what it can sustain itself; a row of panels for
# each kind of work.
# usage: gnuplot -c plots/latency-utilisation.gp RUN OUT [FILE]
NAME = "latency-utilisation"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval extent("number('panel')", 1, 1)
ROWS = int(MAX)
array KIND[ROWS]
note_panel(p) = (KIND[p] = strcol("row_label"), p)
stats DATA using (note_panel(int(number("panel")))) nooutput
eval extent("100 * number('capacity_share')", 0, 100)
MOST = MAX > 105 ? MAX * 1.05 : 105
eval percentile_axis
x(i) = in_panel(i, row, 100 * number("capacity_share"))

set xrange [0:MOST]
set xtics 0, MOST > 105 ? step_for(MOST / 4) : 25
set xlabel "share of its own rate, %"
eval begin_panels(ROWS > 1 ? 210 : 300, ROWS)
do for [row=1:ROWS] {
  do for [p=1:3] {
    eval panel(p, 3, row)
    set ylabel p == 1 ? KIND[row] : ""
    set format y p == 1 ? "%.0s %cs" : ""
    set title TITLE[p]
    eval draw_percentile
  }
}
eval end_panels(percentile_key(0))
