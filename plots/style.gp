# SPDX-License-Identifier: GPL-3.0-or-later
# What every chart shares: colours, grid, fonts, and how a series is drawn. A script sets NAME, RUN, OUT,
# loads this, and draws on `eval canvas(height)` or in `eval begin_panels(height, rows)`.
#
# The figures come from RUN/charts/NAME.csv, or of another workload from RUN/charts/FILE.csv
# (throughput-web-sqlite), written by waitbench: aggregated, one row per point.
# Its columns are addressed by name. `series` counts the lines from 1, `color` is one of the names
# below, `variant` counts the series of one colour from 0.

if (!exists("FILE")) { FILE = NAME }
DATA = RUN."/charts/".FILE.".csv"

set datafile separator comma
set datafile columnheaders
# A cell as a number, NaN where it is empty. Never column() by itself: gnuplot 6 leaves out a row whose empty
# cell it has looked at, whatever the expression makes of it.
number(name) = strlen(strcol(name)) > 0 ? column(name) : NaN
set encoding utf8
set format "%g"

INK = "#333333"
SOFT = "#666666"
PALE = "#DDDDDD"

# What makes a chart stand alone: a HEADLINE above it, and a small FOOT below that says of which machine, day and
# version it is. waitbench sets both before it calls a script; drawn by hand it has neither, unless -e sets them.
# Every HEIGHT has room for them: HEAD_ROOM at the top, which report/charts/charts.h knows, too, and FOOT_ROOM.
# `eval say_what` before the last plot of a picture puts them there.
if (!exists("CANVAS")) { CANVAS = 800 }
if (!exists("HEADLINE")) { HEADLINE = "" }
if (!exists("FOOT")) { FOOT = "" }
HEAD_ROOM = strlen(HEADLINE) > 0 ? 34 : 0
FOOT_ROOM = strlen(FOOT) > 0 ? 22 : 0
say_what = (HEAD_ROOM > 0 ? "set label drawn(fit(HEADLINE, int(CANVAS / 8.7))) at screen 16.0 / CANVAS, 1 - 19.0 / HEIGHT left ". \
  "font HEAD_FONT textcolor rgb INK; " : ""). \
  (FOOT_ROOM > 0 ? "set label drawn(fit(FOOT, int(CANVAS / 6.5))) at screen 16.0 / CANVAS, 11.0 / HEIGHT left ". \
  "font FOOT_FONT textcolor rgb SOFT; " : "")

# One fixed colour per model. They differ in lightness as well as in hue, so that they stay apart for
# a colour-blind reader and on grey paper.
#
# Foreign subjects (other1, other2, ... in the order of their names) have sixteen colours, six shapes and
# four dashes, which go round independently: from the seventeenth on colours come again, each with
# another shape than before, and the forty-ninth looks like the first.
array FOREIGN_COLOR[16] = [0x009E73, 0x8E5EA2, 0x7A4B2A, 0x17A2B8, 0x12264F, 0x7BC043, 0xD100D1, 0xB8B000, \
                           0x5B1FBF, 0xF2A38B, 0x00524D, 0xCC79A7, 0x7FB8F0, 0x556B2F, 0xF4C95D, 0x9B1B5A]
array FOREIGN_SHAPE[6] = [11, 15, 9, 5, 7, 13]
foreign_number(name) = strlen(name) > 5 && name[1:5] eq "other" ? int(name[6:] + 0) : 0
plain_color_of(name) = name eq "threads" ? 0x1F6FB4 : \
                 name eq "loop"    ? 0xC41E3A : \
                 name eq "loops"   ? 0xF08A24 : \
                 name eq "pool"    ? 0x157A1E : \
                 name eq "sockets" ? 0x7F7F7F : \
                 foreign_number(name) > 0 ? FOREIGN_COLOR[1 + (foreign_number(name) - 1) % 16] : 0x000000

# The second half of an arm that an A/A run measured against itself has a lighter shade of its colour.
AGAIN = "-again"
is_again(name) = strlen(name) > strlen(AGAIN) && name[strlen(name) - strlen(AGAIN) + 1:] eq AGAIN
whole(name) = is_again(name) ? name[1:strlen(name) - strlen(AGAIN)] : name
lighter(rgb) = rgb + int((0xFF0000 - (rgb & 0xFF0000)) / 2) / 0x10000 * 0x10000 + \
  int((0xFF00 - (rgb & 0xFF00)) / 2) / 0x100 * 0x100 + (0xFF - (rgb & 0xFF)) / 2
# Ways of one program (loop, loop-2, loop-3) share its hue: a light and a dark shade of it, each with a
# shape and a dash of its own.
plain(name) = strstrt(whole(name), "-") > 0 ? name[1:strstrt(name, "-") - 1] : whole(name)
way_of(name) = strstrt(whole(name), "-") > 0 ? int(whole(name)[strstrt(name, "-") + 1:] + 0) : 1
blend(rgb, to, share) = int((rgb / 0x10000) * (1 - share) + to * share) * 0x10000 + \
  int((rgb / 0x100 % 0x100) * (1 - share) + to * share) * 0x100 + int((rgb % 0x100) * (1 - share) + to * share)
shade(rgb, way) = way == 1 ? rgb : way % 2 == 0 ? blend(rgb, 255, 0.45) : blend(rgb, 0, 0.45)
own_color_of(name) = shade(plain_color_of(plain(name)), way_of(name))
color_of(name) = is_again(name) ? lighter(own_color_of(name)) : own_color_of(name)

# One shape per model, hollow and dashed in turn for a second and third variant of it.
shape_of(name) = name eq "threads" ? 7 : \
                 name eq "loop"    ? 5 : \
                 name eq "loops"   ? 9 : \
                 name eq "pool"    ? 15 : \
                 name eq "sockets" ? 13 : \
                 foreign_number(name) > 0 ? FOREIGN_SHAPE[1 + (foreign_number(name) - 1) % 6] : 11
array WAY_SHAPE[2] = [11, 13]
own_shape_of(name) = way_of(name) == 1 ? shape_of(plain(name)) : WAY_SHAPE[1 + way_of(name) % 2]
point_of(name, variant) = own_shape_of(name) - (int(variant) % 2)
open_point_of(name) = own_shape_of(name) - 1
foreign_dash(name) = foreign_number(name) > 0 ? foreign_number(name) - 1 : 0
dash_of(name, variant) = 1 + (int(variant) + way_of(name) - 1 + foreign_dash(plain(name))) % 4

set dashtype 1 solid
set dashtype 2 (9,5)
set dashtype 3 (2,4)
set dashtype 4 (9,4,2,4)

# What one reader of the series needs, by its number: filled by read_series(). A series of which
# nothing is drawn has no label, and so no entry in the key.
array LABEL[1]
array COLOR[1]
array POINT[1]
array OPEN[1]
array DASH[1]
note_series(i) = (LABEL[i] = drawn(fit(strcol("label"), KEY_ROOM)), \
                  COLOR[i] = color_of(strcol("color")), \
                  POINT[i] = point_of(strcol("color"), number("variant")), \
                  OPEN[i] = open_point_of(strcol("color")), \
                  DASH[i] = dash_of(strcol("color"), number("variant")), i)
# SERIES is how many there are, KEY_ENTRIES how many the key has, KEY_LENGTH its longest title. A name
# longer than KEY_ROOM is shortened in the middle, unless two would look alike then.
KEY_ROOM = 44
read_series = 'stats DATA using (number("series")) nooutput; SERIES = int(STATS_max); '. \
  'array LABEL[SERIES]; array COLOR[SERIES]; array POINT[SERIES]; array OPEN[SERIES]; array DASH[SERIES]; '. \
  'do for [i=1:SERIES] { LABEL[i] = ""; COLOR[i] = 0; POINT[i] = 7; OPEN[i] = 6; DASH[i] = 1 }; '. \
  'stats DATA using (note_series(int(number("series")))) nooutput; '. \
  'do for [i=2:SERIES] { do for [k=1:i-1] { if (strlen(LABEL[i]) > 0 && LABEL[i] eq LABEL[k]) { KEY_ROOM = 1000 } } }; '. \
  'if (KEY_ROOM > 44) { stats DATA using (note_series(int(number("series")))) nooutput }; '. \
  'KEY_LENGTH = 0; do for [i=1:SERIES] { if (strlen(LABEL[i]) > KEY_LENGTH) { KEY_LENGTH = strlen(LABEL[i]) } }; '. \
  'KEY_ENTRIES = SERIES'

# A figure that is not there is NaN, which is neither more nor less than anything: these take the other.
HUGE = 1e300
at_most_huge(value) = value < HUGE ? value : HUGE
at_least_tiny(value) = value > -HUGE ? value : -HUGE
largest(a, b) = at_least_tiny(a) > at_least_tiny(b) ? at_least_tiny(a) : at_least_tiny(b)
smallest(a, b) = at_most_huge(a) < at_most_huge(b) ? at_most_huge(a) : at_most_huge(b)
least_one(count) = count < 1 ? 1 : count
or_zero(value) = at_most_huge(value) < HUGE ? value : 0
# What a log axis has a place for.
positive(value) = value > 0 && value < HUGE ? value : NaN

# The ends of an interval, or the figure itself where it has no interval (too few blocks).
upper(figure, ci_high) = largest(figure, ci_high)
lower(figure, ci_low) = smallest(figure, ci_low)

# MIN and MAX of an expression over all rows, or the two given where no row has a figure: a chart of
# honest data never fails, it draws what there is. To be used before ranges are set: stats heeds them.
extent(expression, low, high) = \
  "stats DATA using (at_most_huge(".expression.")) nooutput; MIN = STATS_min; ". \
  "stats DATA using (-at_most_huge(-(".expression."))) nooutput; MAX = STATS_max; ". \
  sprintf("MIN = MIN < HUGE ? MIN : %g; MAX = MAX > -HUGE ? MAX : %g", low, high)

# Where there is nothing to draw, a panel says so: `eval say_where(nothing, measured)` before its plot; on a
# log axis that may be although something was measured.
NOTHING = "too few samples"
say_where(nothing, measured) = "unset label; ". (!nothing ? "" : \
  sprintf("set label '%s' at graph 0.5, graph 0.5 center textcolor rgb INK", measured ? "none is above 0" : NOTHING))

# The mark of an interval that is to have none: gnuplot 6 puts every mark but a dot on a white disc.
NO_MARK = GPVAL_VERSION < 6 ? 7 : 0

# The top of a linear axis from zero, with room above `most`.
roof(most) = most > 0 ? most * 1.08 : 1

# A log axis x of what is counted, from LEAST to MOST, which may be one: `eval log_x(expression, word)`, then
# place(value). A log axis has no zero: it stands a step of ZERO_STEP to the left of the fewest, under the word. Where
# there is one decade alone gnuplot 6 would label what lies between, too, and the labels would touch.
ZERO_STEP = 5.0
has_one_decade(low, high) = floor(log10(high)) == ceil(log10(low))
log_x(expression, word) = "eval extent(\"positive(".expression.")\", 1, 1); LEAST = MIN; MOST = MAX; ". \
  "eval extent(\"".expression."\", 1, 1); HAS_ZERO = !(MIN > 0); ZERO = LEAST / ZERO_STEP; ". \
  "set logscale x; set xrange [(HAS_ZERO ? ZERO : LEAST) / 1.6:MOST * 1.8]; set format x '%.0s%c'; ". \
  "if (GPVAL_VERSION >= 6 && has_one_decade((HAS_ZERO ? ZERO : LEAST) / 1.6, MOST * 1.8)) { ". \
  "eval decade_tics('x', LEAST, MOST, 1) }; ". \
  "if (HAS_ZERO) { set xtics add ('".word."' ZERO) }"
place(value) = value > 0 ? value : ZERO

# Tics at every decade of a log axis ("x" or "y") that holds low to high, with a label at each that is a
# multiple of `every`.
decade_tics(axis, low, high, every) = "set ".axis."tics (); ". \
  sprintf("do for [decade=%d:%d] { ", floor(log10(low)) - 1, ceil(log10(high)) + 1). \
  sprintf("if (decade %% %d == 0) { set %stics add (10.0**decade) } else { set %stics add ('' 10.0**decade) } }", \
    every, axis, axis)

# A log axis x of latency in seconds, from low to top, in a panel of so many pixels; a label takes LABEL_ROOM. Decades have
# labels, or every second or third one; where they leave room, so have 2 and 5 between them, or 3. Under two decades there
# may be one decade alone: then the 2 below or the 5 above it has a label, too, if there is no decade beyond.
LABEL_ROOM = 52
fill_tics(low, high, pixels) = "do for [decade=".int(floor(log10(low)) - 1).":".int(ceil(log10(high)))."] { ". \
  (0.30 * pixels >= LABEL_ROOM ? "set xtics add (2 * 10.0**decade, 5 * 10.0**decade)" : \
   0.47 * pixels >= LABEL_ROOM ? "set xtics add (3 * 10.0**decade)" : \
   high / low >= 100 ? "" : \
   sprintf("if (10.0**decade < %g) { set xtics add (2 * 10.0**decade) } else { set xtics add ('' 2 * 10.0**decade) }; ", low). \
   sprintf("if (10.0**(decade + 1) > %g) { set xtics add (5 * 10.0**decade) } else { set xtics add ('' 5 * 10.0**decade) }", high))." }"
latency_x(low, top, room) = sprintf("set logscale x; set format x '%%.0s %%cs'; set xrange [%g:%g]; ", low / 1.6, top * 1.6). \
  "eval decade_tics('x', ".sprintf("%g, %g, %d); ", low, top, ceil(LABEL_ROOM * log10(2.56 * top / low) / room)). \
  fill_tics(low / 1.6, top * 1.6, room / log10(2.56 * top / low))

# Tics of the axis of log_x() at what was measured, times in seconds, in each of so many panels: `eval measured_tics(expression,
# word, panels)`, before a y axis has a range. Two that are close have one label, the lesser one's.
time_words(x) = x < 0.9999e-3 ? sprintf("%.4g us", x * 1e6) : x < 0.9999 ? sprintf("%.4g ms", x * 1e3) : sprintf("%.4g s", x)
measured_tics(expression, word, panels) = "set xtics (); unset mxtics; ". \
  sprintf("PIXELS = 800 * (panel_right(1, %d) - panel_left(1, %d)) / ", panels, panels). \
  "log10(MOST * 1.8 / ((HAS_ZERO ? ZERO : LEAST) / 1.6)); LAST = 0; LABELLED = 1e-30; ". \
  "if (HAS_ZERO) { set xtics add ('".word."' ZERO); LABELLED = ZERO }; ". \
  "do for [tic=1:40] { eval extent(\"(".expression.") > LAST * 1.0001 ? positive(".expression.") : NaN\", 0, 0); ". \
  "if (MIN > LAST) { LAST = MIN; if (log10(LAST / LABELLED) * PIXELS >= LABEL_ROOM) { ". \
  "set xtics add (time_words(LAST) LAST); LABELLED = LAST } else { set xtics add ('' LAST) } } }"

# The label in `set ytics add` is a format: a per cent sign in a name stands for itself. In ytic() it is not.
escaped(name) = strstrt(name, "%") == 0 ? name : \
  name[1:strstrt(name, "%")]."%".escaped(name[strstrt(name, "%") + 1:])
# A name in so many characters, without its middle where it has more.
fit(name, length) = strlen(name) <= length ? name : \
  name[1:(length - 1) / 2]."…".name[strlen(name) - length / 2 + 1:]

# In a PNG, a character that no font has is a box that covers the picture: what the one font that we need
# lacks (all but Latin, Greek and Cyrillic, to be sure) is a question mark. An SVG is drawn where it is looked at.
ALPHABET = ' !#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~' . \
  '¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ‘’‚“”„–—€™…' . \
  'ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĲĳĴĵĶķĸĹĺĻļĽľĿŀŁłŃńŅņŇňŉŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžſ' . \
  'Ά·ΈΉΊΌΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝўџ'
in_alphabet(name) = strlen(name) == 0 ? "" : (strstrt(ALPHABET, name[1:1]) > 0 ? name[1:1] : "?").in_alphabet(name[2:])
drawn(name) = is_png ? in_alphabet(name) : name

# A value of the row when the row belongs to series i (and to panel p), else nothing.
of_series(i, value) = int(number("series")) == i ? value : NaN
in_panel(i, p, value) = int(number("series")) == i && int(number("panel")) == p ? value : NaN

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
decade_of(x) = x > 0 ? 10.0**floor(log10(x)) : 1
# The same of what is counted: there is no half of a connection.
whole_step_for(x) = step_for(x) < 1 ? 1 : step_for(x)
step_for(x) = decade_of(x) * (x / decade_of(x) < 1.5 ? 1 : x / decade_of(x) < 2.25 ? 2 : \
  x / decade_of(x) < 3.5 ? 2.5 : x / decade_of(x) < 7.5 ? 5 : 10)

# Sizes are in pixels of a chart of CANVAS pixels in width, 800 unless a script says otherwise before it loads this; PNG is drawn at twice that, to be sharp on a projector.
is_png = strlen(OUT) > 4 && OUT[strlen(OUT)-3:] eq ".png"
HEAD_FONT = is_png ? ",12" : ",15.5"
STEP_FONT = is_png ? ",11" : ",14"
FOOT_FONT = is_png ? ",8.5" : ",11"
svg_name(s) = strstrt(s, "-") == 0 ? s : \
  svg_name(s[1:strstrt(s, "-")-1]."_".s[strstrt(s, "-")+1:])
canvas(height) = is_png ? \
  sprintf('set terminal pngcairo noenhanced size %d,%d font "DejaVu Sans,10" fontscale 2 linewidth 2 pointscale 2; set output OUT', 2 * CANVAS, 2 * height) : \
  sprintf('set terminal svg noenhanced size %d,%d dynamic font "sans-serif,13" name "%s" background "white"; set output OUT', CANVAS, height, svg_name(FILE))

# Panels in rows and columns over one key: `eval begin_panels(height of a panel, rows)`, then
# `eval panel(column, columns, row)` before each plot, counted from 1. Panels of a row share the y axis. A panel
# has room for a title above, and for tics and a label below.
TITLE_HEIGHT = 34
TICS_HEIGHT = 60
GAP = 0.035
LEFT_EDGE = 0.1
begin_panels(height, rows) = sprintf("PANEL_HEIGHT = %d; ROWS = %d; ", height, rows). \
  "KEY_COLUMNS = least_one(int((810 - 800 * LEFT_EDGE) / (75 + 8.5 * KEY_LENGTH))); ". \
  "KEY_ROWS = (KEY_ENTRIES + KEY_COLUMNS - 1) / KEY_COLUMNS; ". \
  "HEIGHT = HEAD_ROOM + ROWS * (PANEL_HEIGHT + TITLE_HEIGHT + TICS_HEIGHT) + 10 + 20 * KEY_ROWS + FOOT_ROOM; ". \
  "eval canvas(HEIGHT); set multiplot; unset key"
panel_left(p, of) = LEFT_EDGE + (p - 1) * (0.98 - LEFT_EDGE + GAP) / of
panel_right(p, of) = panel_left(p + 1, of) - GAP
panel_top(row) = 1 - (HEAD_ROOM + (row - 1.0) * (PANEL_HEIGHT + TITLE_HEIGHT + TICS_HEIGHT) + TITLE_HEIGHT) / HEIGHT
panel(p, of, row) = \
  sprintf("set lmargin at screen %f; set rmargin at screen %f; ", panel_left(p, of), panel_right(p, of)). \
  sprintf("set tmargin at screen %f; ", panel_top(row)). \
  sprintf("set bmargin at screen %f; ", panel_top(row) - 1.0 * PANEL_HEIGHT / HEIGHT). \
  (p > 1 ? 'set ylabel ""; set format y ""; ' : '')
# The key, last: `eval end_panels(its entries, as plots of nothing)`. It is a plot of its own, over the whole
# canvas: gnuplot gives a key as many rows and columns as its plot has room for.
KEY_WIDTH = 3
key_at(x, y, samples, entries) = "unset border; unset tics; unset label; unset arrow; unset title; unset xlabel; ". \
  "unset ylabel; unset grid; unset logscale; set xrange [0:1]; set yrange [0:1]; ". \
  "set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen 0; ".say_what. \
  sprintf("set key at screen %f, %f left top maxrows KEY_ROWS Left reverse samplen %d width %d; plot ", x, y, samples, KEY_WIDTH). \
  entries."; unset multiplot"
# An entry of a key that may have none: an empty loop would count as one.
entry_if(there, style) = there ? ", NaN with ".style : ""
end_panels(entries) = key_at(LEFT_EDGE - 0.01, (FOOT_ROOM + 6 + 20.0 * KEY_ROWS) / HEIGHT, 3, entries)

# Latency is drawn in seconds, so that the tics can name their unit ("20 us", "1 ms"), on a log axis:
# with tics at 1, 2 and 5 when it spans less than three decades, else at each decade.
# Below the lowest mark there is room for the floor's label.
latency_axis(low, top) = sprintf("set logscale y; set yrange [%g:%g]; ", low / 1.5 / (top / low)**0.1, top * 1.4). \
  "LEFT_EDGE = 0.125; set ylabel 'latency'; set format y '%.0s %cs'; set ytics 10; ". \
  (top / low > 1000 ? "" : sprintf("do for [decade=%d:%d] { set ytics add (2 * 10.0**decade, 5 * 10.0**decade) }", \
    floor(log10(low)) - 1, ceil(log10(top))))

# The least that any latency can be, where the machine's calibration is known: a thin labelled line.
read_floor = "eval extent(\"positive(number('floor_ns'))\", 0, -1); FLOOR = MAX > 0 ? MAX / 1e9 : NaN"
draw_floor(p) = FLOOR > 0 ? "unset arrow; unset label; ". \
  "set arrow from graph 0, first FLOOR to graph 1, first FLOOR nohead lc rgb INK lw 0.8 dt 3 back; ". \
  (p == 1 ? "set label sprintf('dotted: bare round trip, %.0f us', FLOOR * 1e6) at graph 0.02, graph 0.04 textcolor rgb INK" : "") : \
  "unset label"

# Charts with a panel per percentile: their columns, and a common y axis over all that is drawn, from LOW
# to TOP, with the floor.
array PERCENTILE[3] = ["p50", "p99", "p999"]
array TITLE[3] = ["Median", "99th percentile", "99.9th percentile"]
latency(percentile, name) = number(percentile."_".name."_ns") / 1e9
top_of(percentile) = upper(latency(percentile, "median"), latency(percentile, "ci_high"))
bottom_of(percentile) = lower(latency(percentile, "median"), latency(percentile, "ci_low"))
array MISSING[3]
note_ends = "LOW = smallest(LOW, MIN); TOP = largest(TOP, MAX)"
end_ends = "LOW = LOW < HUGE ? smallest(LOW, FLOOR) : smallest(1e-5, FLOOR); TOP = TOP > 0 ? largest(TOP, FLOOR) : 100 * LOW"
percentile_extent = "LOW = HUGE; TOP = -HUGE; do for [p=1:3] { ". \
  "eval extent(\"positive(bottom_of(PERCENTILE[p]))\", HUGE, -HUGE); eval note_ends; MISSING[p] = MAX < 0; ". \
  "eval extent(\"positive(top_of(PERCENTILE[p]))\", HUGE, -HUGE); eval note_ends }; ". \
  "eval end_ends; eval read_overload"
percentile_axis = percentile_extent."; eval latency_axis(LOW, TOP)"
# A percentile that no trial has says why in its panel.
explain_missing(p) = MISSING[p] ? \
  "set label \"not shown: too few\\nsamples or events\" at graph 0.5, graph 0.5 center textcolor rgb INK" : ""

# A point with a trial whose backlog grew stands apart: an open mark, a thin interval, no line to it.
# HAS_OVERLOAD is 1 when there is one, which adds a line to the key.
OVERLOAD_LABEL = "overloaded"
read_overload = "eval extent(\"number('overloaded_trials')\", 0, 0); HAS_OVERLOAD = MAX > 0; ". \
  "KEY_ENTRIES = SERIES + HAS_OVERLOAD; ". \
  "KEY_LENGTH = HAS_OVERLOAD && KEY_LENGTH < strlen(OVERLOAD_LABEL) ? strlen(OVERLOAD_LABEL) : KEY_LENGTH"
is_overloaded(x) = number("overloaded_trials") > 0
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
  "for [i=1:SERIES] DATA using (x(i)):(strained(latency(PERCENTILE[p], 'median'))) with @OPEN_MARK"
percentile_key(x) = "for [i=1:SERIES] NaN with @NESTED_LINE".entry_if(HAS_OVERLOAD, "@OVERLOAD_KEY")

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
