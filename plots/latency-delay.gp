# SPDX-License-Identifier: GPL-3.0-or-later
# Latency against how much longer the store takes for each query.
# usage: gnuplot -c plots/latency-delay.gp RUN OUT [FILE]
NAME = "latency-delay"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series
eval read_floor

eval percentile_extent
delay(x) = number("store_delay_us") / 1e6
ZERO_STEP = 10.0
eval log_x("delay(0)", "none")
eval measured_tics("delay(0)", "none", 3)
eval latency_axis(LOW, TOP)
x(i) = of_series(i, place(delay(0)))

set xlabel "each query takes longer by"
eval begin_panels(300, 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  set title TITLE[p]
  eval draw_percentile
}
eval end_panels(percentile_key(0))
