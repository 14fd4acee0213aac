# SPDX-License-Identifier: GPL-3.0-or-later
# What one more waiter costs, by component, one bar per arm; the models apart from each other.
# usage: gnuplot -c plots/memory-bill.gp RUN OUT
NAME = "memory-bill"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"

# `position` grows downwards from 1, with a gap where the model changes.
stats DATA using (column("position")) nooutput
ROWS = STATS_max
stats DATA using (upper(column("total_bytes"), column("total_ci_high_bytes")) / KIB) nooutput
TOP = STATS_max

stats DATA using (strlen(strcol("label"))) nooutput
LEFT = (36 + 7.4 * STATS_max) / 800

HEIGHT = 122 + 23 * (ROWS + 0.5)
eval canvas(int(HEIGHT))

# Component colours are none of the models' colours: those stand in the square before each bar.
USER = 0x2A9D8F
KERNEL_STACK = 0x6A4C93
PAGE_TABLE = 0xE9B824
KERNEL_OTHER = 0xB9BDC1

set yrange [ROWS + 0.75:0.25]
set xrange [0:TOP * 1.12]
set lmargin at screen LEFT
set rmargin at screen 0.98
set tmargin at screen 1 - 56.0 / HEIGHT
set bmargin at screen 58.0 / HEIGHT
set xlabel "KiB per waiter"
set format x "%g"
set grid noytics
set ytics scale 0 offset -1.5
set key at screen 0.03, 1 - 6.0 / HEIGHT left top maxrows 2 Left reverse samplen 1.5 width 1

HALF = 0.34
edge(parts) = (parts > 0 ? column("user_bytes") : 0) + (parts > 1 ? column("kernel_stack_bytes") : 0) + \
  (parts > 2 ? column("page_table_bytes") : 0) + (parts > 3 ? column("kernel_other_bytes") : 0)
left(part) = edge(part - 1) / KIB
right(part) = edge(part) / KIB

plot \
  for [part=1:4] DATA using (left(part)):(column("position")):(left(part)):(right(part)): \
    (column("position") - HALF):(column("position") + HALF) with boxxyerror \
    lc rgb part == 1 ? USER : part == 2 ? KERNEL_STACK : part == 3 ? PAGE_TABLE : KERNEL_OTHER \
    title part == 1 ? "user pages" : part == 2 ? "kernel stack" : part == 3 ? "page tables" : "other kernel", \
  DATA using (0):"position":("■"):(color_of(strcol("color"))):ytic(strcol("label")) \
    with labels right offset -0.7,0 textcolor rgb variable notitle, \
  DATA using (column("total_bytes") / KIB):"position":(column("total_ci_low_bytes") / KIB): \
    (column("total_ci_high_bytes") / KIB) with xerrorbars pt 7 ps 0 lc rgb INK lw 1.2 title "95 % interval", \
  DATA using (column("charged_bytes") / KIB):"position" with points pt 12 ps 0.6 lw 1.2 lc rgb INK \
    title "charged by the cgroup", \
  DATA using (upper(column("total_bytes"), column("total_ci_high_bytes")) / KIB):"position": \
    (sprintf("%.1f", column("total_bytes") / KIB)) \
    with labels left offset 1.2,0 textcolor rgb INK notitle
