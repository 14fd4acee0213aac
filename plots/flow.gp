# SPDX-License-Identifier: GPL-3.0-or-later
# What each step of control flow costs, threads beside loop.
# usage: gnuplot -c plots/flow.gp RUN OUT
NAME = "flow"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

us(name) = column("time_".name."_ns") / 1000
stats DATA using (us("median")) nooutput
LOW = STATS_min
TOP = STATS_max
stats DATA using (column("position")) nooutput
LINES = STATS_max
stats DATA using (strlen(strcol("row_label"))) nooutput
LEFT = (24 + 7.4 * STATS_max) / 800

HEIGHT = 92 + 22 * (LINES + 0.5)
eval canvas(int(HEIGHT))
set lmargin at screen LEFT
set rmargin at screen 0.97
set tmargin at screen 1 - 34.0 / HEIGHT
set bmargin at screen 58.0 / HEIGHT

# Times from nanoseconds to seconds: equal steps are equal ratios.
set logscale x
set xrange [LOW / 2:TOP * 2]
set yrange [LINES + 0.75:0.25]
set xtics add ("1 ns" 0.001, "10 ns" 0.01, "100 ns" 0.1, "1 us" 1, "10 us" 10, "100 us" 100, \
  "1 ms" 1000, "10 ms" 10000, "100 ms" 100000, "1 s" 1000000, "10 s" 10000000)
set xlabel "time (log scale)"
set ytics scale 0
set grid xtics ytics
set key at screen LEFT, 1 - 6.0 / HEIGHT left top horizontal Left reverse samplen 1 width 2

y(i) = column("position") + (i - 1.5) * 0.24
x(i) = of_series(i, us("median"))
plot for [i=1:SERIES] DATA using (of_series(i, us("ci_low"))):(y(i)):(us("ci_high") - us("ci_low")):(0) \
    with @INTERVAL, \
  for [i=1:SERIES] DATA using (x(i)):(y(i)) with points lc rgb COLOR[i] pt POINT[i] ps 0.7 \
    title LABEL[i], \
  DATA using (LOW / 10):"position":ytic(strcol("row_label")) with points notitle
