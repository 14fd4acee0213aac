# SPDX-License-Identifier: GPL-3.0-or-later
# The whole distribution of latency: each step to the right is a request ten times as rare.
# usage: gnuplot -c plots/latency-spectrum.gp RUN OUT
NAME = "latency-spectrum"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

array RATE[64]
stats DATA using (RATE[int(column("panel"))] = column("offered_per_second"), column("panel")) nooutput
PANELS = int(STATS_max)

us(name) = column("latency_".name."_ns") / 1000
rarity(q) = q < 1 ? 1 / (1 - q) : NaN
stats DATA using (rarity(column("quantile"))) nooutput
MOST = STATS_max
stats DATA using (us("median")) nooutput
LOW = FLOOR_US < STATS_min ? FLOOR_US : STATS_min
stats DATA using (upper(us("median"), us("ci_high"))) nooutput
TOP = STATS_max
x(i, p) = in_panel(i, p, rarity(column("quantile")))

set logscale x
set xrange [1:MOST * 1.3]
set xtics ("0" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000, "99.999 %%" 100000)
set xlabel "percentile of requests"
eval latency_axis
eval begin_panels(300, 1)
do for [p=1:PANELS] {
  eval panel(p, PANELS, 1)
  set title sprintf("%g requests/s offered", RATE[p])
  eval floor_label(p)
  plot for [i=1:SERIES] DATA using (x(i, p)):(us("ci_low")):(us("ci_high")) with filledcurves \
      fc rgb COLOR[i] fs transparent solid 0.15 noborder notitle, \
    for [i=1:SERIES] DATA using (x(i, p)):(us("median")) with @LINE
}
unset multiplot
