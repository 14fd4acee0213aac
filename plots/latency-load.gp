# SPDX-License-Identifier: GPL-3.0-or-later
# Latency against offered rate: the median, and how the tail leaves it as the load rises.
# usage: gnuplot -c plots/latency-load.gp RUN OUT [FILE]
NAME = "latency-load"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval extent("number('offered_per_second')", 0, 1)
UNIT = rate_unit(MAX)
MOST = MAX > 0 ? MAX / UNIT : 1
eval percentile_axis
x(i) = of_series(i, number("offered_per_second") / UNIT)

set xrange [0:MOST * 1.05]
set xtics 0, step_for(MOST / 4)
set xlabel UNIT > 1 ? "offered, thousand/s" : "offered, requests/s"
eval begin_panels(300, 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  set title TITLE[p]
  eval draw_percentile
}
eval end_panels(percentile_key(0))
