# SPDX-License-Identifier: GPL-3.0-or-later
# Latency of the active connections against how many idle ones are beside them.
# usage: gnuplot -c plots/latency-idle.gp RUN OUT
NAME = "latency-idle"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

stats DATA using (column("idle") > 0 ? column("idle") : NaN) nooutput
LEAST = STATS_min
MOST = STATS_max
eval percentile_axis

# A log axis has no zero: no idle connections stand a step to the left of the fewest.
NONE = LEAST / 5.0
x(i) = of_series(i, column("idle") > 0 ? column("idle") : NONE)

set logscale x
set xrange [NONE / 1.6:MOST * 1.8]
set format x "%.0s%c"
set xtics add ("none" NONE)
set xlabel "idle connections"
eval begin_panels(300, 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  set title TITLE[p]
  eval draw_percentile
}
unset multiplot
