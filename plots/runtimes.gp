# SPDX-License-Identifier: GPL-3.0-or-later
# What the charts of runtimes share: a line for each program, its name above what is drawn of it, so that the chart is narrow:
# it can be read on a telephone without scrolling. Loaded after style.gp, with a CANVAS of 480, by a script that defines
#   TOLD_HEAD                 what stands beside the lines, in words
#   AXIS                      the commands that set up the x axis, START its left end
#   MARKS                     the plots of the lines, around y(0), in the colour of color(0)
#   MARK_KEY, MARK_ENTRIES, KEY_LENGTH    what the key has of them, how many that are, and the longest title

# Ours have the colours of their models; threads, loops and pools of others have lighter ones, and whoever goes about it
# in another way is grey.
OTHER = "other-"
is_other(name) = strlen(name) > strlen(OTHER) && name[1:strlen(OTHER)] eq OTHER
model_of(name) = !is_other(name) ? name : name[strlen(OTHER) + 1:] eq "loops" ? "loop" : name[strlen(OTHER) + 1:]
family_color(name) = name eq "other" ? 0x8A8A8A : is_other(name) ? blend(plain_color_of(model_of(name)), 255, 0.5) : plain_color_of(name)
family_title(name) = name eq "other" ? "another way" : is_other(name) ? "others' ".model_of(name) : "our ".name
in_family(name) = strcol("color") eq name || (name eq "other-loop" && strcol("color") eq "other-loops")
color(x) = family_color(strcol("color"))

# Three digits, and a span of seconds with them.
digits(x) = abs(x) < 9.995 ? sprintf("%.2f", x) : abs(x) < 99.95 ? sprintf("%.1f", x) : abs(x) < 99950 ? sprintf("%.0f", x) : \
  sprintf("%.3g", x)
span_words(x) = x < 9.995e-7 ? digits(x * 1e9)." ns" : x < 9.995e-4 ? digits(x * 1e6)." us" : \
  x < 0.9995 ? digits(x * 1e3)." ms" : digits(x)." s"

# The families that are there, for the key.
FAMILIES = ""
do for [f in "threads other-threads loop loops other-loop pool other-pool other"] {
  eval extent("in_family(f)", 0, 0)
  if (MAX > 0) {
    FAMILIES = FAMILIES." ".f
    MARK_ENTRIES = MARK_ENTRIES + 1
    if (strlen(family_title(f)) > KEY_LENGTH) { KEY_LENGTH = strlen(family_title(f)) }
  }
}
KEY_COLUMNS = least_one(int((CANVAS - 10) / (36 + 7.9 * KEY_LENGTH)))
KEY_ROWS = (MARK_ENTRIES + KEY_COLUMNS - 1) / KEY_COLUMNS

# In pixels. What is said in words stands to the right of what is drawn.
LINE_HEIGHT = 36.0
LEFT_MARGIN = 16.0
TOLD_WIDTH = 142.0
KEY_HEIGHT = 28 + 20.0 * KEY_ROWS
eval extent("number('position')", 1, 1)
ROWS = int(MAX)
HEIGHT = HEAD_ROOM + KEY_HEIGHT + LINE_HEIGHT * ROWS + 54 + FOOT_ROOM
eval canvas(int(HEIGHT))
set lmargin at screen LEFT_MARGIN / CANVAS
set rmargin at screen 1 - TOLD_WIDTH / CANVAS
set tmargin at screen 1 - (HEAD_ROOM + KEY_HEIGHT) / HEIGHT
set bmargin at screen (FOOT_ROOM + 54.0) / HEIGHT
set yrange [ROWS + 0.5:0.5]
# A pale line parts one program from the next.
set ytics scale 0
set ytics ()
do for [k=1:ROWS] { set ytics add ("" k + 0.5) }
set border 1
set grid xtics ytics
unset mxtics
set multiplot
unset key

name(x) = drawn(fit(strcol("label"), 50))
y(x) = number("position") + 0.2
name_y(x) = number("position") - 0.24
set label TOLD_HEAD at screen 1 - TOLD_WIDTH / CANVAS, screen 1 - (HEAD_ROOM + KEY_HEIGHT - 4) / HEIGHT left offset 0.8,0 textcolor rgb SOFT
eval AXIS
plot @MARKS, \
  DATA using (START):(name_y(0)):("■"):(color(0)) with labels left textcolor rgb variable notitle, \
  DATA using (START):(name_y(0)):(name(0)) with labels left offset 1.9,0 textcolor rgb INK notitle
KEY_WIDTH = -1
eval key_at(8.0 / CANVAS, 1 - (HEAD_ROOM + 4.0) / HEIGHT, 1, MARK_KEY. \
  ", for [f in FAMILIES] NaN with points pt 5 ps 0.9 lc rgb family_color(f) title family_title(f)")
