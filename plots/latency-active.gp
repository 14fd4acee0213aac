# SPDX-License-Identifier: GPL-3.0-or-later
# Latency at one offered rate against how many connections share it.
# usage: gnuplot -c plots/latency-active.gp RUN OUT
NAME = "latency-active"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval extent("column('active')", 1, 1)
LEAST = MIN
MOST = MAX
eval percentile_axis
x(i) = of_series(i, column("active"))

set logscale x
set xrange [LEAST / 1.6:MOST * 1.8]
set format x "%.0s%c"
set xlabel "active connections"
eval begin_panels(300, 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  set title TITLE[p]
  eval draw_percentile
}
unset multiplot
