/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page.h"

const char page_text[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<title>waitbench</title>\n"
    "<link rel=\"icon\" href=\"data:,\">\n"
    "<h1>A web server of waitbench</h1>\n"
    "<p>It is here to be measured: it answers rows of a table, and nothing else.\n"
    "<ul>\n"
    "<li><a href=\"/item/42\">/item/42</a>: a row of the store, as JSON\n"
    "<li><a href=\"/health\">/health</a>: whether it is there, without asking the store\n"
    "</ul>\n"
    "</html>\n";
