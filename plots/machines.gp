# SPDX-License-Identifier: GPL-3.0-or-later
# What the charts of a comparison share: a line for each figure, a dot on it for each machine. Loaded
# after style.gp by a script that defines shown(column), the figure in the unit of the axis, and has
# set the axis up in AXIS, which is evaluated with LOW and TOP, the ends of what is drawn.
machine_color(n) = n == 1 ? 0x333333 : n == 2 ? 0xD55E00 : n == 3 ? 0x0072B2 : n == 4 ? 0x009E73 : 0xCC79A7
machine_point(n) = n == 1 ? 7 : n == 2 ? 5 : n == 3 ? 9 : n == 4 ? 13 : 11

eval read_series
stats DATA using (upper(shown("value"), shown("ci_high"))) nooutput
TOP = STATS_max
stats DATA using (shown("value")) nooutput
LOW = STATS_min
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
set yrange [LINES + 0.75:0.25]
set ytics scale 0
set key at screen 0.03, 1 - 6.0 / HEIGHT left top horizontal Left reverse samplen 1 width 2
eval AXIS

y(i) = column("position") + (i - (SERIES + 1) / 2.0) * 0.6 / SERIES
plot for [i=1:SERIES] DATA using (of_series(i, shown("ci_low"))):(y(i)):(shown("ci_high") - shown("ci_low")):(0) \
    with vectors nohead lc rgb machine_color(i) lw 2 notitle, \
  for [i=1:SERIES] DATA using (of_series(i, shown("value"))):(y(i)) \
    with points lc rgb machine_color(i) pt machine_point(i) ps 0.8 title LABEL[i], \
  DATA using (LOW - TOP * 10):"position":ytic(strcol("row_label")) with points notitle
