# SPDX-License-Identifier: GPL-3.0-or-later
# What every chart shares: colours, grid, fonts, and how a series is drawn. A script sets NAME, RUN, OUT,
# loads this, and draws on `eval canvas(height)` or in `eval begin_panels(height, rows)`.
#
# The figures come from RUN/charts/NAME.csv, written by waitbench: aggregated, one row per point.
# Its columns are addressed by name. `series` counts the lines from 1, `color` is one of the names
# below, `variant` counts the series of one colour from 0.

DATA = RUN."/charts/".NAME.".csv"

set datafile separator comma
set datafile columnheaders
set encoding utf8
set format "%g"

INK = "#333333"
PALE = "#DDDDDD"

# One fixed colour per model. They differ in lightness as well as in hue, so that they stay apart for
# a colour-blind reader and on grey paper.
plain_color_of(name) = name eq "threads" ? 0x1F6FB4 : \
                 name eq "loop"    ? 0xC41E3A : \
                 name eq "loops"   ? 0xF08A24 : \
                 name eq "sockets" ? 0x7F7F7F : \
                 name eq "other1"  ? 0x009E73 : \
                 name eq "other2"  ? 0x8E5EA2 : \
                 name eq "other3"  ? 0x7A4B2A : \
                 name eq "other4"  ? 0x17A2B8 : 0xCC79A7

# The second half of an arm that an A/A run measured against itself has a lighter shade of its colour.
AGAIN = "-again"
is_again(name) = strlen(name) > strlen(AGAIN) && name[strlen(name) - strlen(AGAIN) + 1:] eq AGAIN
plain(name) = is_again(name) ? name[1:strlen(name) - strlen(AGAIN)] : name
lighter(rgb) = rgb + int((0xFF0000 - (rgb & 0xFF0000)) / 2) / 0x10000 * 0x10000 + \
  int((0xFF00 - (rgb & 0xFF00)) / 2) / 0x100 * 0x100 + (0xFF - (rgb & 0xFF)) / 2
color_of(name) = is_again(name) ? lighter(plain_color_of(plain(name))) : plain_color_of(name)

# One shape per model, hollow and dashed in turn for a second and third variant of it.
shape_of(name) = name eq "threads" ? 7 : \
                 name eq "loop"    ? 5 : \
                 name eq "loops"   ? 9 : \
                 name eq "sockets" ? 13 : 11
point_of(name, variant) = shape_of(plain(name)) - (int(variant) % 2)
open_point_of(name) = shape_of(plain(name)) - 1
dash_of(variant) = 1 + int(variant) % 4

set dashtype 1 solid
set dashtype 2 (9,5)
set dashtype 3 (2,4)
set dashtype 4 (9,4,2,4)

# What one reader of the series needs, by its number: filled by read_series().
array LABEL[64]
array COLOR[64]
array POINT[64]
array OPEN[64]
array DASH[64]
note_series(i) = (LABEL[i] = strcol("label"), \
                  COLOR[i] = color_of(strcol("color")), \
                  POINT[i] = point_of(strcol("color"), column("variant")), \
                  OPEN[i] = open_point_of(strcol("color")), \
                  DASH[i] = dash_of(column("variant")), i)
# SERIES is how many there are, KEY_ENTRIES how many the key has, KEY_LENGTH its longest title.
read_series = 'stats DATA using (note_series(int(column("series")))) nooutput; SERIES = int(STATS_max); '. \
  'stats DATA using (strlen(strcol("label"))) nooutput; KEY_LENGTH = STATS_max; KEY_ENTRIES = SERIES'

# The upper end of an interval, or the figure itself where it has no interval (too few blocks).
upper(figure, ci_high) = ci_high > figure ? ci_high : figure

# MIN and MAX of an expression over all rows, or the two given where no row has a figure: a chart of
# honest data never fails, it draws what there is. To be used before ranges are set: stats heeds them.
extent(expression, low, high) = \
  "stats DATA using (at_most_huge(".expression.")) nooutput; MIN = STATS_min; ". \
  "stats DATA using (-at_most_huge(-(".expression."))) nooutput; MAX = STATS_max; ". \
  sprintf("MIN = MIN < HUGE ? MIN : %g; MAX = MAX > -HUGE ? MAX : %g", low, high)
HUGE = 1e300
at_most_huge(value) = value < HUGE ? value : HUGE

# A value of the row when the row belongs to series i (and to panel p), else nothing.
of_series(i, value) = int(column("series")) == i ? value : NaN
in_panel(i, p, value) = int(column("series")) == i && int(column("panel")) == p ? value : NaN

# How series i is drawn: the medians, and, where there is one, their interval (x:low:0:high - low).
LINE = "linespoints lc rgb COLOR[i] dt DASH[i] lw 2 pt POINT[i] ps 0.7 title LABEL[i]"
INTERVAL = "vectors nohead lc rgb COLOR[i] lw 3 notitle"
RING = "points lc rgb INK lw 1.2 pt 6 ps 1.5"

# Where series share a place on a numeric axis nobody is shifted: each later one is drawn thinner and
# smaller, so that marks and intervals do not hide one another.
NESTED_LINE = "linespoints lc rgb COLOR[i] dt DASH[i] lw 2 pt POINT[i] ps (0.55 + 0.4 * (SERIES - i) / SERIES) title LABEL[i]"
NESTED_INTERVAL = "vectors nohead lc rgb COLOR[i] lw (2.5 + 4.0 * (SERIES - i) / SERIES) notitle"

# A rate with two significant digits at least: "950/s", "4.4 k/s", "71 k/s".
rate_words(x) = x < 9.95 ? sprintf("%.1f/s", x) : x < 999.5 ? sprintf("%.0f/s", x) : x < 9950 ? sprintf("%.1f k/s", x / 1e3) : \
  x < 999500 ? sprintf("%.0f k/s", x / 1e3) : sprintf("%.1f M/s", x / 1e6)
# An axis of rates up to `most` per second: the unit, and its name.
rate_unit(most) = most < 2000 ? 1 : 1000
rate_unit_name(most) = most < 2000 ? "requests/s" : "thousand requests/s"

# The round number nearest to a wanted distance between tics.
decade_of(x) = 10.0**floor(log10(x))
step_for(x) = decade_of(x) * (x / decade_of(x) < 1.5 ? 1 : x / decade_of(x) < 2.25 ? 2 : \
  x / decade_of(x) < 3.5 ? 2.5 : x / decade_of(x) < 7.5 ? 5 : 10)

# Sizes are in pixels of an 800 pixel wide chart; PNG is drawn at twice that, to be sharp on a projector.
is_png = strlen(OUT) > 4 && OUT[strlen(OUT)-3:] eq ".png"
svg_name(s) = strstrt(s, "-") == 0 ? s : \
  svg_name(s[1:strstrt(s, "-")-1]."_".s[strstrt(s, "-")+1:])
canvas(height) = is_png ? \
  sprintf('set terminal pngcairo noenhanced size 1600,%d font "DejaVu Sans,10" fontscale 2 linewidth 2 pointscale 2; set output OUT', 2 * height) : \
  sprintf('set terminal svg noenhanced size 800,%d dynamic font "sans-serif,13" name "%s" background "white"; set output OUT', height, svg_name(NAME))

# Panels in rows and columns over one key: `eval begin_panels(height of a panel, rows)`, then
# `eval panel(column, columns, row)` before each plot, counted from 1. Panels of a row share the y axis. A panel has room for a title above, and for tics and a label below. Only the last plot
# gives titles: they make the key.
TITLE_HEIGHT = 34
TICS_HEIGHT = 60
GAP = 0.035
LEFT_EDGE = 0.1
begin_panels(height, rows) = sprintf("PANEL_HEIGHT = %d; ROWS = %d; ", height, rows). \
  "KEY_COLUMNS = int(730 / (75 + 8.5 * KEY_LENGTH)); KEY_COLUMNS = KEY_COLUMNS < 1 ? 1 : KEY_COLUMNS; ". \
  "KEY_ROWS = (KEY_ENTRIES + KEY_COLUMNS - 1) / KEY_COLUMNS; ". \
  "HEIGHT = ROWS * (PANEL_HEIGHT + TITLE_HEIGHT + TICS_HEIGHT) + 10 + 20 * KEY_ROWS; ". \
  "eval canvas(HEIGHT); set multiplot; unset key"
panel_left(p, of) = LEFT_EDGE + (p - 1) * (0.98 - LEFT_EDGE + GAP) / of
panel_right(p, of) = panel_left(p + 1, of) - GAP
panel_top(row) = 1 - ((row - 1.0) * (PANEL_HEIGHT + TITLE_HEIGHT + TICS_HEIGHT) + TITLE_HEIGHT) / HEIGHT
panel(p, of, row) = \
  sprintf("set lmargin at screen %f; set rmargin at screen %f; ", panel_left(p, of), panel_right(p, of)). \
  sprintf("set tmargin at screen %f; ", panel_top(row)). \
  sprintf("set bmargin at screen %f; ", panel_top(row) - 1.0 * PANEL_HEIGHT / HEIGHT). \
  (p > 1 ? 'set ylabel ""; set format y ""; ' : ''). \
  (p == of && row == ROWS ? 'set key at screen LEFT_EDGE - 0.01, (6 + 20.0 * KEY_ROWS) / HEIGHT left top maxrows KEY_ROWS Left reverse samplen 3 width 3' : '')

# Latency is drawn in seconds, so that the tics can name their unit ("20 us", "1 ms"), on a log axis:
# with tics at 1, 2 and 5 when it spans less than three decades, else at each decade.
# Below the lowest mark there is room for the floor's label.
latency_axis(low, top) = sprintf("set logscale y; set yrange [%g:%g]; ", low / 1.5 / (top / low)**0.1, top * 1.4). \
  "LEFT_EDGE = 0.125; set ylabel 'latency'; set format y '%.0s %cs'; set ytics 10; ". \
  (top / low > 1000 ? "" : "do for [decade=-9:3] { set ytics add (2 * 10.0**decade, 5 * 10.0**decade) }")

# The least that any latency can be, where the machine's calibration is known: a thin labelled line.
read_floor = "eval extent(\"column('floor_ns')\", 0, -1); FLOOR = MAX > 0 ? MAX / 1e9 : NaN"
least(a, b) = b < a ? b : a
draw_floor(p) = FLOOR > 0 ? "unset arrow; unset label; ". \
  "set arrow from graph 0, first FLOOR to graph 1, first FLOOR nohead lc rgb INK lw 0.8 dt 3 back; ". \
  (p == 1 ? "set label sprintf('dotted: bare round trip, %.0f us', FLOOR * 1e6) at graph 0.02, graph 0.04 textcolor rgb INK" : "") : \
  "unset label"

# Charts with a panel per percentile: their columns, and a common y axis over all that is drawn.
array PERCENTILE[3] = ["p50", "p99", "p999"]
array TITLE[3] = ["Median", "99th percentile", "99.9th percentile"]
latency(percentile, name) = column(percentile."_".name."_ns") / 1e9
top_of(percentile) = upper(latency(percentile, "median"), latency(percentile, "ci_high"))
array MISSING[3]
percentile_extent = "eval extent(\"upper(upper(top_of('p50'), top_of('p99')), top_of('p999'))\", 0, 1e-3); TOP = MAX; ". \
  "eval extent(\"latency('p50', 'median')\", 0, 1e-5); LOW = least(MIN > 0 ? MIN : 1e-5, FLOOR); ". \
  "do for [p=1:3] { eval extent(\"latency(PERCENTILE[p], 'median')\", 0, -1); MISSING[p] = MAX < 0 }; ". \
  "eval read_overload"
percentile_axis = percentile_extent."; eval latency_axis(LOW, TOP)"
# A percentile that no trial has says why in its panel.
explain_missing(p) = MISSING[p] ? \
  "set label \"not shown: too few\\nsamples or events\" at graph 0.5, graph 0.5 center textcolor rgb INK" : ""

# A point with a trial whose backlog grew stands apart: an open mark, a thin interval, no line to it.
# HAS_OVERLOAD is 1 when there is one, which adds a line to the key.
OVERLOAD_LABEL = "overloaded"
read_overload = "eval extent(\"column('overloaded_trials')\", 0, 0); HAS_OVERLOAD = MAX > 0; ". \
  "KEY_ENTRIES = SERIES + HAS_OVERLOAD; ". \
  "KEY_LENGTH = HAS_OVERLOAD && KEY_LENGTH < strlen(OVERLOAD_LABEL) ? strlen(OVERLOAD_LABEL) : KEY_LENGTH"
is_overloaded(x) = column("overloaded_trials") > 0
sound(value) = is_overloaded(0) ? NaN : value
strained(value) = is_overloaded(0) ? value : NaN
THIN_INTERVAL = "vectors nohead lc rgb COLOR[i] lw 1 notitle"
OPEN_MARK = "points lc rgb COLOR[i] lw 1.5 pt OPEN[i] ps 1 notitle"
OVERLOAD_KEY = "points lc rgb INK lw 1.5 pt 6 ps 1 title OVERLOAD_LABEL"

# Panel p of such a chart, of the row whose script defines x(i): `eval draw_percentile`.
length_of(percentile) = latency(percentile, "ci_high") - latency(percentile, "ci_low")
draw_percentile = "eval draw_floor(p); eval explain_missing(p); ". \
  "plot for [i=1:SERIES] DATA using (x(i)):(sound(latency(PERCENTILE[p], 'median'))) with @NESTED_LINE, ". \
  "for [i=1:SERIES] DATA using (x(i)):(sound(latency(PERCENTILE[p], 'ci_low'))):(0):(length_of(PERCENTILE[p])) with @NESTED_INTERVAL, ". \
  "for [i=1:SERIES] DATA using (x(i)):(strained(latency(PERCENTILE[p], 'ci_low'))):(0):(length_of(PERCENTILE[p])) with @THIN_INTERVAL, ". \
  "for [i=1:SERIES] DATA using (x(i)):(strained(latency(PERCENTILE[p], 'median'))) with @OPEN_MARK, ". \
  "for [i=1:HAS_OVERLOAD] NaN with @OVERLOAD_KEY"

set style fill solid 1.0 noborder
set errorbars small
set border 3 lw 1 lc rgb INK
set tics nomirror out scale 0.5 textcolor rgb INK
set grid lc rgb PALE lw 0.6 lt 1 dt 1
set key textcolor rgb INK
KIB = 1024.0
MIB = 1048576.0
set title textcolor rgb INK offset 0,-0.3
set xlabel textcolor rgb INK offset 0,0.3
set ylabel textcolor rgb INK offset 0.5
