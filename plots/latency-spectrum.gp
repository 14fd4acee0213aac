# SPDX-License-Identifier: GPL-3.0-or-later
# The whole distribution of latency: each step to the right is a request ten times as rare.
# usage: gnuplot -c plots/latency-spectrum.gp RUN OUT
NAME = "latency-spectrum"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

array TITLES[64]
panel_title(rate, work_us) = work_us > 0 ? sprintf("%g/s, %g us of work each", rate, work_us) : \
  sprintf("%g requests/s", rate)
note_panel(p) = (TITLES[p] = panel_title(column("offered_per_second"), column("work_cpu_us")), p)
stats DATA using (note_panel(int(column("panel")))) nooutput
PANELS = int(STATS_max)

latency(name) = column("latency_".name."_ns") / 1e9
rarity(q) = q < 1 ? 1 / (1 - q) : NaN
stats DATA using (rarity(column("quantile"))) nooutput
MOST = STATS_max
stats DATA using (upper(latency("median"), latency("ci_high"))) nooutput
TOP = STATS_max
stats DATA using (latency("median")) nooutput
eval latency_axis(least(STATS_min, FLOOR), TOP)
x(i, p) = in_panel(i, p, rarity(column("quantile")))

set logscale x
set xrange [1:MOST * 1.3]
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000, "99.999 %%" 100000)
set xlabel "percentile of requests"
eval begin_panels(300, 1)
do for [p=1:PANELS] {
  eval panel(p, PANELS, 1)
  set title TITLES[p]
  eval draw_floor(p)
  plot for [i=1:SERIES] DATA using (x(i, p)):(latency("ci_low")):(latency("ci_high")) with filledcurves \
      fc rgb COLOR[i] fs transparent solid 0.15 noborder notitle, \
    for [i=1:SERIES] DATA using (x(i, p)):(latency("median")) with @LINE
}
unset multiplot
