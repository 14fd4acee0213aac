# SPDX-License-Identifier: GPL-3.0-or-later
# What one more waiter costs, by component, one bar per arm; the models apart from each other.
# usage: gnuplot -c plots/memory-bill.gp RUN OUT [FILE]
NAME = "memory-bill"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"

# `position` grows downwards from 1, with a gap where the model changes.
eval extent("number('position')", 1, 1)
ROWS = MAX
name(x) = drawn(fit(strcol("label"), 72))
eval extent("strlen(name(0))", 1, 1)
LEFT = (36 + 7.4 * MAX) / 800

# A component's edges, from the left; one that was not measured takes no room. A slope may be negative.
edge(parts) = (parts > 0 ? or_zero(number("user_bytes")) : 0) + (parts > 1 ? or_zero(number("kernel_stack_bytes")) : 0) + \
  (parts > 2 ? or_zero(number("page_table_bytes")) : 0) + (parts > 3 ? or_zero(number("kernel_other_bytes")) : 0)
left(part) = edge(part - 1) / KIB
right(part) = edge(part) / KIB
end_of_bar(x) = upper(number("total_bytes"), number("total_ci_high_bytes")) / KIB
TOP = 0
LOW = 0
do for [part=1:4] {
  eval extent("right(part)", 0, 0)
  TOP = largest(TOP, MAX)
  LOW = smallest(LOW, MIN)
}
eval extent("largest(end_of_bar(0), number('charged_bytes') / KIB)", 0, 0)
TOP = largest(TOP, MAX)
eval extent("smallest(lower(number('total_bytes'), number('total_ci_low_bytes')), number('charged_bytes')) / KIB", 0, 0)
LOW = smallest(LOW, MIN)
WIDTH = TOP > LOW ? TOP - LOW : 1

HEIGHT = HEAD_ROOM + 122 + 23 * (ROWS + 0.5) + FOOT_ROOM
eval canvas(int(HEIGHT))

# Component colours are none of the models' colours: those stand in the square before each bar.
USER = 0x2A9D8F
KERNEL_STACK = 0x6A4C93
PAGE_TABLE = 0xE9B824
KERNEL_OTHER = 0xB9BDC1

set yrange [ROWS + 0.75:0.25]
set xrange [LOW < 0 ? LOW - 0.04 * WIDTH : 0:TOP + 0.12 * WIDTH]
START = LOW < 0 ? LOW - 0.04 * WIDTH : 0
set lmargin at screen LEFT
set rmargin at screen 0.98
set tmargin at screen 1 - (HEAD_ROOM + 56.0) / HEIGHT
set bmargin at screen (FOOT_ROOM + 58.0) / HEIGHT
set xlabel "KiB per waiter"
set format x "%g"
set grid noytics
set ytics scale 0 offset -1.5
set key at screen 0.03, 1 - (HEAD_ROOM + 6.0) / HEIGHT left top maxrows 2 Left reverse samplen 1.5 width 1

HALF = 0.34

eval say_what
plot \
  for [part=1:4] DATA using (left(part)):(number("position")):(left(part)):(right(part)): \
    (number("position") - HALF):(number("position") + HALF) with boxxyerror \
    lc rgb part == 1 ? USER : part == 2 ? KERNEL_STACK : part == 3 ? PAGE_TABLE : KERNEL_OTHER \
    title part == 1 ? "user pages" : part == 2 ? "kernel stack" : part == 3 ? "page tables" : "other kernel", \
  DATA using (START):"position":("■"):(color_of(strcol("color"))):ytic(name(0)) \
    with labels right offset -0.7,0 textcolor rgb variable notitle, \
  DATA using (number("total_bytes") / KIB):"position":(number("total_ci_low_bytes") / KIB): \
    (number("total_ci_high_bytes") / KIB) with xerrorbars pt NO_MARK ps 0 lc rgb INK lw 1.2 title "95 % interval", \
  DATA using (number("charged_bytes") / KIB):"position" with points pt 12 ps 0.6 lw 1.2 lc rgb INK \
    title "charged by the cgroup", \
  DATA using (end_of_bar(0)):"position":(sprintf("%.1f", number("total_bytes") / KIB)) \
    with labels left offset 1.2,0 textcolor rgb INK notitle
