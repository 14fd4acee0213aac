# SPDX-License-Identifier: GPL-3.0-or-later
# What the charts of a comparison share: a block for each figure, and in it a line for each machine, in the order of
# the figures. Loaded after style.gp by a script that defines shown(column), the figure in the unit of the axis, and
# told(value), the same in words, and has set the axis up in AXIS, which is evaluated with LOW and TOP, the ends of what is
# drawn (LOG_LOW and LOG_TOP: of what a log axis has a place for), and sets OUTSIDE to a place left of it; IS_LOG says which
# it is. HAS_SIDES: either side of 1 is named, below each block's title.

ROW_HEIGHT = 19
# An SVG without markup has no bold.
TITLE_FONT = is_png ? "DejaVu Sans:Bold,10" : "sans-serif,14.5"

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
LAST = MAX
name(x) = drawn(fit(strcol("label"), 44))
eval extent("strlen(name(0))", 1, 1)
LEFT = (30 + 7.4 * MAX) / 800

# The title of each block, and where it stands; what each line's figure is, in words.
eval extent("number('block')", 1, 1)
BLOCKS = int(MAX)
array HEAD[BLOCKS]
array HEAD_AT[BLOCKS]
array LEFT_SIDE[BLOCKS]
array RIGHT_SIDE[BLOCKS]
side(model) = strlen(model) > 0 ? model." better" : ""
other(model) = model eq "threads" ? "loop" : model eq "loop" ? "threads" : ""
note_head(i) = (HEAD[i] = drawn(fit(strcol("row_label"), 96)), HEAD_AT[i] = number("heading"), \
                LEFT_SIDE[i] = side(strcol("left_side")), RIGHT_SIDE[i] = side(other(strcol("left_side"))), i)
stats DATA using (note_head(int(number("block")))) nooutput
eval extent("number('block')", 1, 1)
stats DATA using (column(0)) nooutput
LINES = int(STATS_max) + 1
array TOLD[LINES]
array TOLD_AT[LINES]
note_told(i) = (TOLD[i] = shown("value") < HUGE && shown("value") > -HUGE ? told(shown("value")) : "not shown", \
                TOLD_AT[i] = number("position"), i)
stats DATA using (note_told(int(column(0)) + 1)) nooutput

# The key has the colours that are there.
KEYS = ""
KEY_LENGTH = 1
KEY_ENTRIES = 0
of_color(m, value) = strcol("color") eq m ? value : NaN
do for [m in "threads loop loops pool other1 sockets"] {
  eval extent("of_color(m, 1)", 0, -1)
  if (MAX > 0) {
    KEYS = KEYS." ".m
    KEY_ENTRIES = KEY_ENTRIES + 1
    if (strlen(key_title(m)) > KEY_LENGTH) { KEY_LENGTH = strlen(key_title(m)) }
  }
}
KEY_COLUMNS = least_one(int(730 / (60 + 8.5 * KEY_LENGTH)))
KEY_ROWS = int((KEY_ENTRIES + KEY_COLUMNS - 1) / KEY_COLUMNS)
KEY_HEIGHT = 14 + 20 * KEY_ROWS
HEIGHT = HEAD_ROOM + 58 + KEY_HEIGHT + ROW_HEIGHT * (LAST + 0.5) + FOOT_ROOM
eval canvas(int(HEIGHT))
set lmargin at screen LEFT
set rmargin at screen 0.87
set tmargin at screen 1 - (HEAD_ROOM + 1.0 * KEY_HEIGHT) / HEIGHT
set bmargin at screen (FOOT_ROOM + 58.0) / HEIGHT
set yrange [LAST + 0.75:0.25]
set ytics scale 0
set border 1
set multiplot
unset key
eval AXIS
eval say_where(IS_LOG ? LOG_NONE : !MEASURED, MEASURED)
do for [i=1:BLOCKS] {
  set label HEAD[i] at screen 0.015, first HEAD_AT[i] left font TITLE_FONT textcolor rgb INK front
  if (HAS_SIDES) {
    set label LEFT_SIDE[i] at first 1, first HEAD_AT[i] + 0.95 right offset -1,0 textcolor rgb SOFT
    set label RIGHT_SIDE[i] at first 1, first HEAD_AT[i] + 0.95 left offset 1,0 textcolor rgb SOFT
  }
}
do for [i=1:LINES] {
  set label TOLD[i] at graph 1.015, first TOLD_AT[i] left textcolor rgb INK
}

MARK = "points lc rgb color_of(m) pt shape_of(m) ps 0.8 title key_title(m)"
plot for [m in KEYS] DATA using (of_color(m, shown("ci_low"))):(number("position")):(shown("ci_high") - shown("ci_low")):(0) \
    with vectors nohead lc rgb color_of(m) lw 2.5 notitle, \
  for [m in KEYS] DATA using (of_color(m, shown("value"))):(number("position")) \
    with @MARK, \
  DATA using (OUTSIDE):"position":ytic(name(0)) with points notitle
eval key_at(0.015, 1 - (HEAD_ROOM + 6.0) / HEIGHT, 1, "for [m in KEYS] NaN with @MARK")
