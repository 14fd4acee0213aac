# SPDX-License-Identifier: GPL-3.0-or-later
# What each step of control flow costs, threads beside loop.
# usage: gnuplot -c plots/flow.gp RUN OUT
NAME = "flow"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

seconds(name) = number("time_".name."_ns") / 1e9
eval extent("positive(lower(seconds('median'), seconds('ci_low')))", 1, 1)
LOW = MIN
eval extent("positive(upper(seconds('median'), seconds('ci_high')))", 1, 1)
TOP = MAX
eval extent("number('position')", 1, 1)
LINES = MAX
step(x) = drawn(fit(strcol("row_label"), 64))
eval extent("strlen(step(0))", 1, 1)
LEFT = (24 + 7.4 * MAX) / 800

HEIGHT = HEAD_ROOM + 92 + 22 * (LINES + 0.5) + FOOT_ROOM
eval canvas(int(HEIGHT))
set lmargin at screen LEFT
set rmargin at screen 0.97
set tmargin at screen 1 - (HEAD_ROOM + 34.0) / HEIGHT
set bmargin at screen (FOOT_ROOM + 58.0) / HEIGHT

# Times from nanoseconds to seconds: equal steps are equal ratios.
set logscale x
set xrange [LOW / 2:TOP * 2]
set yrange [LINES + 0.75:0.25]
set format x "%.0s %cs"
set xtics 10
set xlabel "time (log scale)"
set ytics scale 0
set grid xtics ytics
set key at screen LEFT, 1 - (HEAD_ROOM + 6.0) / HEIGHT left top horizontal Left reverse samplen 1 width 2

y(i) = number("position") + (i - 1.5) * 0.24
x(i) = of_series(i, seconds("median"))
eval say_what
plot for [i=1:SERIES] DATA using (of_series(i, seconds("ci_low"))):(y(i)):(seconds("ci_high") - seconds("ci_low")):(0) \
    with @INTERVAL, \
  for [i=1:SERIES] DATA using (x(i)):(y(i)) with points lc rgb COLOR[i] pt POINT[i] ps 0.7 \
    title LABEL[i], \
  DATA using (LOW / 10):"position":ytic(step(0)) with points notitle
