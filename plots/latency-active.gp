# SPDX-License-Identifier: GPL-3.0-or-later
# Latency at one offered rate against how many connections share it.
# usage: gnuplot -c plots/latency-active.gp RUN OUT [FILE]
NAME = "latency-active"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval percentile_extent
eval log_x("number('active')", "0")
eval latency_axis(LOW, TOP)
x(i) = of_series(i, place(number("active")))

set xlabel "active connections"
eval begin_panels(300, 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  set title TITLE[p]
  eval draw_percentile
}
eval end_panels(percentile_key(0))
