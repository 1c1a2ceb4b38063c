# SPDX-License-Identifier: GPL-2.0-or-later
"""agree.py REPORT VERDICT ID=STATUS[:ANSWER]...: REPORT.json says so, and REPORT.txt and
REPORT.html say the same as it does."""
import json
import re
import sys
from html.parser import HTMLParser

stem, verdict, expected = sys.argv[1], sys.argv[2], sys.argv[3:]
wrong = []
with open(stem + ".json", encoding="utf-8") as file:
    report = json.load(file)
with open(stem + ".txt", encoding="utf-8") as file:
    text = file.read()
with open(stem + ".html", encoding="utf-8") as file:
    page = file.read()


class Page(HTMLParser):
    """Collects what is shown, and all that a self-contained page must not have."""

    open_tags = []
    shown = ""
    void = {"meta", "br", "hr", "img", "link", "input", "path", "line", "rect", "circle"}

    def handle_starttag(self, tag, attrs):
        if tag not in self.void:
            self.open_tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and not (value or "").startswith(("#", "data:")):
                wrong.append(f"HTML: {tag} refers to {value}")
        if tag in ("script", "link", "iframe", "object"):
            wrong.append(f"HTML: has a <{tag}>")

    def handle_endtag(self, tag):
        if tag in self.void:
            return
        if not self.open_tags or self.open_tags.pop() != tag:
            wrong.append(f"HTML: </{tag}> closes what is not open")

    def handle_data(self, data):
        if not self.open_tags or self.open_tags[-1] not in ("style", "title"):
            self.shown += data + " "


parser = Page()
parser.feed(page)
parser.close()
if parser.open_tags:
    wrong.append(f"HTML: never closed: {parser.open_tags}")
shown = re.sub(r"\s+", " ", parser.shown)
flat = re.sub(r"\s+", " ", text)

if report["verdict"] != verdict:
    wrong.append(f"verdict {report['verdict']}")
words = {"not-ready": "NOT READY", "unknown": "UNKNOWN|CAN'T TELL", "ready": "READY",
         "limited": "LIMITED|READY, WITH LIMITS"}[verdict]
headlines = re.findall(r"^([A-Z][A-Z ,']+[A-Z]):", text, re.M)
if len(headlines) != 1 or not re.fullmatch(words, headlines[0]):
    wrong.append(f"text: headline {headlines}")
if not re.search(words, shown, re.I):
    wrong.append("HTML: other verdict")
findings = {}
for finding in report["findings"]:
    findings[finding["id"]] = finding
    for where, what in (("text", flat), ("HTML", shown)):
        if not re.search(r"(?<![\w-])" + finding["id"] + r"(?![\w-])", what):
            wrong.append(f"{where}: lacks {finding['id']}")
    for key in ("evidence", "advice"):
        value = finding[key]
        if finding["status"] == "fail" and value:
            value = re.sub(r"\s+", " ", value)
            if value not in shown:
                wrong.append(f"HTML: lacks of {finding['id']}: {value}")
            # Lines of the text may be broken after a hyphen.
            if value.replace(" ", "") not in flat.replace(" ", ""):
                wrong.append(f"text: lacks of {finding['id']}: {value}")
fails = sum(f["status"] == "fail" and f["severity"] != "info" for f in report["findings"])
if len(re.findall(r"^ +FAIL ", text, re.M)) != fails:
    wrong.append(f"text: shows other than {fails} fails")
if len(findings) < 30:
    wrong.append(f"only {len(findings)} checks")
for item in expected:
    name, want = item.split("=")
    want = want.split(":")
    if name not in findings or findings[name]["status"] != want[0]:
        wrong.append(f"{name} is {findings.get(name, {}).get('status')}, not {want[0]}")
    elif len(want) > 1 and findings[name]["answer"] != want[1]:
        wrong.append(f"{name} answers {findings[name]['answer']}, not {want[1]}")
if wrong:
    print("; ".join(wrong[:6]))
sys.exit(bool(wrong))
