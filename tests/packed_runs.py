# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that come as one file, and should not be taken: packed_runs.py PAGE RUN FOLDER

Writes them into FOLDER, made of a page that is good and the folder of its run, and prints of each its
name, the exit code that is due and words of what is to be said, with tabs between."""
import base64
import gzip
import io
import os
import re
import sys
import tarfile

page_path, run, folder = sys.argv[1:]
page = open(page_path, encoding="utf-8").read()
LINK = re.compile(r'<a download="([^"]*)\.gz" href="data:application/gzip;base64,([^"]*)">')


def put(name, content, code, words):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    print(name, code, words, sep="\t")


def link(name, content):
    packed = base64.b64encode(gzip.compress(content, 1)).decode()
    return f'<a download="{name}.gz" href="data:application/gzip;base64,{packed}">'


def put_page(name, links, code, words):
    body = f"<!DOCTYPE html>\n<html><body>{links}</body></html>\n"
    put(name, body, code, words)


def archive(*members):
    """Of (name, content) or (name, {field: value}), as whatever that says."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            if isinstance(content, dict):
                for field, value in content.items():
                    setattr(entry, field, value)
                tar.addfile(entry)
            else:
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def read(name):
    return open(os.path.join(run, name), "rb").read()


machine, memory = read("machine.json"), read("memory.csv")
good = archive(("run/machine.json", machine), ("run/memory.csv", memory))
zeros = bytes(1 << 20)

# Pages.
put("half.html", page[:len(page) // 2], 1, "cut short: it has no </html>")
put("without.html", LINK.sub("<a>", page), 2, "carries no run")
put("twice.html", page.replace("</main>", LINK.search(page).group() + "</main>"), 1, "is in it twice")
put("letter.html", re.sub(r"(base64,.{99}).", r"\1!", page, count=1), 1, "its machine.json is damaged")
put("flipped.html", re.sub(r"(base64,.{98})(.)", lambda m: m[1] + ("A" if m[2] != "A" else "B"), page, count=1),
    1, "its machine.json is damaged")
put_page("unclosed.html", link("memory.csv", memory)[:-2], 1, "its memory.csv is damaged")
put_page("plain.html", f'<a download="memory.csv.gz" href="data:application/gzip;base64,{base64.b64encode(memory).decode()}">',
         1, "its memory.csv is damaged")
put_page("bomb.html", link("memory.csv", zeros * 33), 1, "memory.csv is over 32 MiB when it is unpacked")
put_page("bombs.html", "".join(link(name, zeros * 31) for name in ("memory.csv", "flow.csv", "latency.csv")), 1,
         "it is over 64 MiB when it is unpacked")
put_page("names.html", "".join(link(name, memory) for name in ("../memory.csv", "/memory.csv", "memory.csv/", "x" * 99, "")),
         2, "carries no run")
put_page("derived.html", link("summary.csv", read("memory.csv")), 2, "holds no run")
put_page("nul.html", link("memory.csv", b"block\0,order\n"), 1, "memory.csv:1: ")
put_page("figure.html", link("machine.json", machine) + link("memory.csv", memory.replace(b"20408765", b"2040876O")), 1,
         ": memory.csv:3: column")
put_page("json.html", link("machine.json", machine[:-9]) + link("memory.csv", memory), 1, ": machine.json:")
noise = ('<a download="' * 40 + "<script>x=1</script>" + link("memory.csv", memory)[:200] + "&lt;" + "\x01\x1b[31m") * 2000
put_page("noise.html", noise[:1 << 20], 1, "its memory.csv is damaged")
put("random", bytes(i * i % 251 for i in range(9999)), 2, "is no run: it is not a folder")
put("empty.html", b"", 2, "is no run: it is not a folder")

# Archives.
put("half.tar.gz", good[:len(good) // 2], 1, "cut short or damaged")
put("flipped.tar.gz", good[:-6] + bytes([good[-6] ^ 1]) + good[-5:], 1, "cut short or damaged")
put("half.tar", gzip.decompress(good)[:2000], 1, "as an archive it is damaged")
put("bomb.tar.gz", archive(("run/machine.json", machine), ("run/memory.csv", zeros * 33)), 1, "memory.csv is over 32 MiB")
put("bomb", gzip.compress(zeros * 66, 1), 1, "it is over 64 MiB when it is unpacked")
put("none.tar.gz", archive(("notes.txt", b"x"), ("charts/memory.csv", memory), ("summary.csv", memory)), 2, "holds no run")
put("two.tar.gz", archive(("a/memory.csv", memory), ("b/machine.json", machine)), 2, "several runs, in a/ and in b/")
put("twice.tar.gz", archive(("a/memory.csv", memory), ("a/memory.csv", memory)), 1, "memory.csv is in it twice")
for name, path in {"up": "../memory.csv", "deep": "a/../../memory.csv", "root": "/tmp/memory.csv", "dots": ".."}.items():
    put(f"{name}.tar.gz", archive(("run/machine.json", machine), (path, memory)), 1, f"the name {path} in it leads out")
for name, fields in {
        "soft": {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        "hard": {"type": tarfile.LNKTYPE, "linkname": "/etc/passwd"},
        "fifo": {"type": tarfile.FIFOTYPE},
        "device": {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5},
}.items():
    put(f"{name}.tar.gz", archive(("run/machine.json", machine), ("run/memory.csv", fields)), 1,
        "run/memory.csv in it is " + ("a link" if "linkname" in fields else "not a file"))
