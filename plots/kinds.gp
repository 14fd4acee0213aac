# SPDX-License-Identifier: GPL-3.0-or-later
# What the charts by kind of work share: a line for each kind (the column panel), a dot on it for each
# program, three figures side by side. Loaded after style.gp and read_series by a script that defines
#   shown(figure, name)   the figure's median, ci_low or ci_high, in the unit of its axis
#   detail(x)             a second line for a kind's label, or ""
#   is_withheld(figure)   whether the row has none, HAS_WITHHELD, and EDGE[3], where a cross says so
#   EMPTY[3], MEASURED[3] whether no row has any that a log axis has a place for, or that is a number
#   ring(x)               whether the row's first dot has a ring around it
#   XLABEL, FIGURE[3], HEADING[3] and AXIS[3], the commands that set up each x axis.
eval extent("number('panel')", 1, 1)
LINES = int(MAX)
array KIND[LINES]
array DETAIL[LINES]
note_kind(p) = (KIND[p] = fit(strcol("row_label"), 56), DETAIL[p] = detail(0), p)
stats DATA using (note_kind(int(number("panel")))) nooutput
eval extent("strlen(fit(strcol('row_label'), 56))", 1, 1)
LEFT_EDGE = (24 + 7.2 * MAX) / 800
HAS_DETAIL = strlen(DETAIL[1]) > 0

set yrange [LINES + 0.6:0.4]
set grid xtics ytics
set ytics scale 0
unset mxtics
set ytics ()
do for [k=1:LINES] {
  set ytics add (escaped(KIND[k]).(HAS_DETAIL ? "\n".DETAIL[k] : "") k)
}
y(i) = number("panel") + (i - (SERIES + 1) / 2.0) * 0.5 / SERIES
x(i) = of_series(i, shown(FIGURE[p], "median"))
low(i) = of_series(i, shown(FIGURE[p], "ci_low"))
crossed(i) = of_series(i, is_withheld(FIGURE[p]) && !EMPTY[p] ? EDGE[p] : NaN)
DOT = "points lc rgb COLOR[i] pt POINT[i] ps 0.8 title LABEL[i]"
CROSS = "points lc rgb COLOR[i] lw 1.5 pt 2 ps 0.8"
length_shown(x) = shown(FIGURE[p], "ci_high") - shown(FIGURE[p], "ci_low")

GAP = 0.04
ROOM = 800 * (panel_right(1, 3) - panel_left(1, 3))
# A line is as high as its dots take.
eval begin_panels(largest(HAS_DETAIL ? 44 : 30, SERIES > 4 ? 9 * SERIES : 0) * (LINES + 0.2), 1)
do for [p=1:3] {
  eval panel(p, 3, 1)
  if (p > 1) {
    set ytics ()
    do for [k=1:LINES] { set ytics add ("" k) }
  }
  set ylabel ""
  set xlabel XLABEL
  set title HEADING[p]
  eval say_where(EMPTY[p], MEASURED[p])
  eval AXIS[p]
  plot for [i=1:SERIES] DATA using (sound(low(i))):(y(i)):(length_shown(0)):(0) with @INTERVAL, \
    for [i=1:SERIES] DATA using (strained(low(i))):(y(i)):(length_shown(0)):(0) with @THIN_INTERVAL, \
    for [i=1:SERIES] DATA using (sound(x(i))):(y(i)) with @DOT, \
    for [i=1:SERIES] DATA using (strained(x(i))):(y(i)) with @OPEN_MARK, \
    for [i=1:SERIES] DATA using (p == 1 && ring(0) ? x(i) : NaN):(y(i)) with @RING notitle, \
    for [i=1:SERIES * HAS_WITHHELD] DATA using (crossed(i)):(y(i)) with @CROSS notitle
}
eval end_panels("for [i=1:SERIES] NaN with @DOT". \
  entry_if(HAS_WITHHELD, "points lc rgb INK lw 1.5 pt 2 ps 0.8 title WITHHELD_LABEL"). \
  entry_if(HAS_RING, "@RING title RING_LABEL").entry_if(HAS_OVERLOAD, "@OVERLOAD_KEY"))
