# SPDX-License-Identifier: GPL-3.0-or-later
# What each step of control flow costs, threads beside loop; a panel for each scenario. A step's words stand above
# its dots and not beside them, so that the chart is narrow: it can be read on a telephone without scrolling.
# usage: gnuplot -c plots/flow.gp RUN OUT
NAME = "flow"
RUN = ARG1
OUT = ARG2
CANVAS = 480
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

seconds(name) = number("time_".name."_ns") / 1e9
eval extent("positive(lower(seconds('median'), seconds('ci_low')))", 1, 1)
LOW = MIN
eval extent("positive(upper(seconds('median'), seconds('ci_high')))", 1, 1)
TOP = MAX
eval extent("number('panel')", 1, 1)
PANELS = int(MAX)
eval extent("number('position')", 1, 1)
MOST = int(MAX)

# What stands where: LINES of a panel, its HEADING, and the STEP of each of its lines.
array LINES[PANELS]
array HEADING[PANELS]
array STEP[PANELS * MOST]
do for [p=1:PANELS] { LINES[p] = 0; HEADING[p] = "" }
note_step(p, k) = (LINES[p] = largest(LINES[p], k), HEADING[p] = drawn(fit(strcol("heading"), 60)), \
                   STEP[(p - 1) * MOST + k] = drawn(fit(strcol("row_label"), 60)), p)
stats DATA using (note_step(int(number("panel")), int(number("position")))) nooutput

# In pixels: a line of a panel, its heading above, its tics below; the key above all, and the axis' name below.
LINE_HEIGHT = 32.0
HEAD_HEIGHT = 30.0
TICS_HEIGHT = 30.0
KEY_HEIGHT = 26.0
ALL_LINES = 0
do for [p=1:PANELS] { ALL_LINES = ALL_LINES + LINES[p] }
HEIGHT = HEAD_ROOM + KEY_HEIGHT + ALL_LINES * LINE_HEIGHT + PANELS * (HEAD_HEIGHT + TICS_HEIGHT) + 24 + FOOT_ROOM
eval canvas(int(HEIGHT))
set lmargin at screen 16.0 / CANVAS
set rmargin at screen 1 - 22.0 / CANVAS
set multiplot
unset key

# Times from nanoseconds to seconds: equal steps are equal ratios.
eval latency_x(LOW, TOP, CANVAS - 38)
unset mxtics
set ytics scale 0
set border 1
set grid xtics ytics

y(i) = number("position") + 0.23 + (i - 1.5) * 0.2
in_line(i, value) = in_panel(i, p, value)
edge = HEAD_ROOM + KEY_HEIGHT
do for [p=1:PANELS] {
  top = edge + HEAD_HEIGHT
  edge = top + LINES[p] * LINE_HEIGHT
  set tmargin at screen 1 - top / HEIGHT
  set bmargin at screen 1 - edge / HEIGHT
  edge = edge + TICS_HEIGHT
  set yrange [LINES[p] + 0.5:0.5]
  # A pale line parts one step from the next.
  set ytics ()
  do for [k=1:int(LINES[p])] { set ytics add ("" k + 0.5) }
  unset label
  set label HEADING[p] at graph 0, screen 1 - (top - 11) / HEIGHT left font STEP_FONT textcolor rgb INK
  do for [k=1:int(LINES[p])] {
    set label STEP[(p - 1) * MOST + k] at graph 0, first k - 0.2 left offset 0.4,0 textcolor rgb SOFT front
  }
  if (p == PANELS) { set xlabel "time (log scale)" }
  plot for [i=1:SERIES] DATA using (in_line(i, seconds("ci_low"))):(y(i)):(seconds("ci_high") - seconds("ci_low")):(0) \
      with @INTERVAL, \
    for [i=1:SERIES] DATA using (in_line(i, seconds("median"))):(y(i)) with points lc rgb COLOR[i] pt POINT[i] ps 0.7 notitle
}
KEY_ROWS = 1
eval key_at(10.0 / CANVAS, 1 - (HEAD_ROOM + 4.0) / HEIGHT, 1, "for [i=1:SERIES] NaN with points lc rgb COLOR[i] pt POINT[i] ps 0.7 title LABEL[i]")
