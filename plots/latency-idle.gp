# SPDX-License-Identifier: GPL-3.0-or-later
# Latency of the active connections against how many idle ones are beside them.
# usage: gnuplot -c plots/latency-idle.gp RUN OUT [FILE]
NAME = "latency-idle"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval percentile_extent
eval log_x("number('idle')", "none")
eval latency_axis(LOW, TOP)
x(i) = of_series(i, place(number("idle")))

set xlabel "idle connections"
eval begin_panels(300, 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  set title TITLE[p]
  eval draw_percentile
}
eval end_panels(percentile_key(0))
