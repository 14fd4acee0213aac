# SPDX-License-Identifier: GPL-3.0-or-later
# What the charts of a comparison share: a line for each figure, a dot on it for each machine. Loaded
# after style.gp by a script that defines shown(column), the figure in the unit of the axis, and has
# set the axis up in AXIS, which is evaluated with LOW and TOP, the ends of what is drawn (LOG_LOW and
# LOG_TOP: of what a log axis has a place for), and sets OUTSIDE to a place left of it; IS_LOG says which it is.

# A comparison has sixteen machines at most.
array MACHINE_COLOR[16] = [0x333333, 0xD55E00, 0x0072B2, 0x009E73, 0xCC79A7, 0x8E5EA2, 0x7A4B2A, 0x17A2B8, \
                           0x7BC043, 0xD100D1, 0xB8B000, 0x5B1FBF, 0xF2A38B, 0xF4C95D, 0x556B2F, 0x9B1B5A]
array MACHINE_POINT[6] = [7, 5, 9, 13, 11, 15]
machine_color(n) = MACHINE_COLOR[1 + (n - 1) % 16]
machine_point(n) = MACHINE_POINT[1 + (n - 1) % 6]

eval read_series
eval extent("upper(shown('value'), shown('ci_high'))", 1, 1)
TOP = MAX
eval extent("lower(shown('value'), shown('ci_low'))", 1, 1)
LOW = MIN
eval extent("shown('value')", HUGE, -HUGE)
MEASURED = MIN <= MAX
eval extent("positive(upper(shown('value'), shown('ci_high')))", 1, -1)
LOG_NONE = MAX < 0
LOG_TOP = LOG_NONE ? 1 : MAX
eval extent("positive(lower(shown('value'), shown('ci_low')))", 1, 1)
LOG_LOW = MIN
eval extent("number('position')", 1, 1)
LINES = MAX
line(x) = drawn(fit(strcol("row_label"), 64))
eval extent("strlen(line(0))", 1, 1)
LEFT = (24 + 7.4 * MAX) / 800

KEY_COLUMNS = least_one(int(730 / (60 + 8.5 * KEY_LENGTH)))
KEY_ROWS = int((KEY_ENTRIES + KEY_COLUMNS - 1) / KEY_COLUMNS)
KEY_HEIGHT = 14 + 20 * KEY_ROWS
HEIGHT = HEAD_ROOM + 58 + KEY_HEIGHT + 22 * (LINES + 0.5) + FOOT_ROOM
eval canvas(int(HEIGHT))
set lmargin at screen LEFT
set rmargin at screen 0.97
set tmargin at screen 1 - (HEAD_ROOM + 1.0 * KEY_HEIGHT) / HEIGHT
set bmargin at screen (FOOT_ROOM + 58.0) / HEIGHT
set yrange [LINES + 0.75:0.25]
set ytics scale 0
set multiplot
unset key
eval AXIS
eval say_where(IS_LOG ? LOG_NONE : !MEASURED, MEASURED)

DOT = "points lc rgb machine_color(i) pt machine_point(i) ps 0.8 title LABEL[i]"
y(i) = number("position") + (i - (SERIES + 1) / 2.0) * 0.6 / SERIES
plot for [i=1:SERIES] DATA using (of_series(i, shown("ci_low"))):(y(i)):(shown("ci_high") - shown("ci_low")):(0) \
    with vectors nohead lc rgb machine_color(i) lw 2 notitle, \
  for [i=1:SERIES] DATA using (of_series(i, shown("value"))):(y(i)) \
    with @DOT, \
  DATA using (OUTSIDE):"position":ytic(line(0)) with points notitle
eval key_at(0.03, 1 - (HEAD_ROOM + 6.0) / HEIGHT, 1, "for [i=1:SERIES] NaN with @DOT")
