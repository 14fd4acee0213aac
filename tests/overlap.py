#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a page that holds pictures and tells, in its title when it is loaded, which of their texts lie on
one another or reach out of their picture, a line each, and behind them how many texts it looked at.

usage: overlap.py PAGE SVG...
"""
import html, pathlib, sys

# Boxes of text are as high as any letter of their font, and lines of text may be set so close that boxes
# touch; what is covered is more than this, in pixels, in both directions.
LOOK = """
const tolerance = 2, found = [];
let count = 0;
for (const picture of document.querySelectorAll("figure")) {
  const edge = picture.querySelector("svg").getBoundingClientRect();
  const texts = [...picture.querySelectorAll("text")].filter(text => text.textContent.trim() !== "");
  const boxes = texts.map(text => text.getBoundingClientRect());
  const words = i => JSON.stringify(texts[i].textContent.trim());
  count += texts.length;
  boxes.forEach((a, i) => {
    if (Math.min(a.left - edge.left, a.top - edge.top, edge.right - a.right, edge.bottom - a.bottom) < -tolerance)
      found.push(`${picture.title}: ${words(i)} reaches out of the picture`);
    boxes.slice(i + 1).forEach((b, k) => {
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > tolerance &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > tolerance)
        found.push(`${picture.title}: ${words(i)} lies on ${words(i + 1 + k)}`);
    });
  });
}
document.querySelector("body").replaceChildren(...[...found, `${count} texts`].map(line => {
  const element = document.createElement("pre");
  element.textContent = line;
  return element;
}));
"""


def main(page, *pictures):
    with open(page, "w", encoding="utf-8") as out:
        out.write('<!DOCTYPE html>\n<meta charset="utf-8">\n<body>\n')
        for path in map(pathlib.Path, pictures):
            svg = path.read_text(encoding="utf-8")
            out.write(f'<figure title="{html.escape(str(path))}">{svg[svg.index("<svg"):]}</figure>\n')
        out.write(f"<script>{LOOK}</script>\n</body>\n")


main(*sys.argv[1:])
