"""The report of a run: a JSON, a self-contained page, and the regressions since the last one."""

import base64
import html
import io
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from .clip import Clip
from .suites import Row, Run

WORSE = 0.03  # of a share or a ratio, or 10 % of what is larger: less is noise
SHOWN_CLIPS, SHOWN_FRAMES = 16, 6
STYLE = """body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
body{color:#1c1b22;background:#fff}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:right;vertical-align:top}
td:first-child,th:first-child,
td:nth-child(2),th:nth-child(2){text-align:left}.no{color:#a3182b;font-weight:600}.yes{color:#1b6e3c}
small{color:#666}img{width:100%;image-rendering:pixelated}
@media(prefers-color-scheme:dark){body{background:#17161c;color:#eee}td,th{border-color:#444}.no{color:#ff8d9b}.yes{color:#7fd8a0}small{color:#aaa}}"""


def write(run: Run, facts: dict, folder: Path) -> dict:
    """Writes report.json and report.html. Compares with the existing report.json of the same reader."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.json"
    previous = json.loads(path.read_text()) if path.exists() else None
    report = facts | {
        "rows": [asdict(row) for row in run.rows],
        "seconds": run.seconds,
        "failed": failures(run.rows),
        "unseen": [f"{row.name}: cannot see {row.corruption}" for row in run.rows if not row.seen],
        "regressions": regressions(previous, run.rows, facts),
    }
    path.write_text(json.dumps(report, indent=1) + "\n")
    (folder / "report.html").write_text(page(run, report))
    return report


def failures(rows: list[Row]) -> list[str]:
    """Returns the missed targets. A metric that does not see its corruption judges no model."""
    out = []
    for row in rows:
        for condition, passed in row.passed.items():
            if not passed and (row.seen or condition == "truth"):
                sign = "≥" if row.higher else "≤"
                out.append(f"{row.name}, {condition}: {row.values.get(condition)} (asked {sign} {row.targets[condition]})")
    return out


def regressions(previous: dict | None, rows: list[Row], facts: dict) -> list[str]:
    """Returns the values that are worse than in the previous report; none for another reader or other clips."""
    if previous is None or any(previous.get(key) != facts[key] for key in ("reader", "clips")):
        return []
    before = {row["name"]: row["values"] for row in previous["rows"]}
    out = []
    for row in rows:
        for condition, value in row.values.items():
            old = before.get(row.name, {}).get(condition)
            if old is None:
                continue
            lost = float("inf") if value is None else (old - value if row.higher else value - old)
            if lost > max(WORSE, 0.1 * abs(old)):
                out.append(f"{row.name}, {condition}: {old} before, {value} now")
    return out


def page(run: Run, report: dict) -> str:
    conditions = list(run.clips)
    parts = [f"<!doctype html><meta charset=utf-8><title>Evaluation</title><style>{STYLE}</style><h1>Evaluation</h1>"]
    facts = ", ".join(f"{key.replace('_', ' ')}: {html.escape(str(report[key]))}" for key in ("made", "clips", "reader", "model"))
    parts.append(f"<p><small>{facts}</small></p>")
    for title, key in (("Worse than before", "regressions"), ("Targets missed", "failed"), ("Not used", "unseen")):
        items = "".join(f"<li>{html.escape(item)}" for item in report[key]) or "<li>nothing"
        parts.append(f"<h2>{title}</h2><ul>{items}</ul>")
    parts.append(f"<h2>Numbers</h2>{table(run.rows, conditions)}")
    for condition in conditions:
        parts.append(f"<h2>{condition}</h2><p>The first {SHOWN_CLIPS} held-out clips, not picked.</p>")
        parts += [shown(run.clips[condition]), "<p>The first held-out people, not picked.</p>", shown(run.portraits[condition])]
    return "\n".join(parts) + "\n"


def shown(clips: list[Clip]) -> str:
    sheet = base64.b64encode(contact_sheet(clips)).decode()
    return f'<img alt="Frames of {min(len(clips), SHOWN_CLIPS)} clips" src="data:image/png;base64,{sheet}">'


def table(rows: list[Row], conditions: list[str]) -> str:
    head = "".join(f"<th>{name}" for name in conditions)
    out = [f"<table><tr><th>metric<th>what it is{head}<th>corruption<th>before → with it<th>asked"]
    for row in rows:
        cells = "".join(cell(row, condition) for condition in conditions)
        seen = "yes" if row.seen else "no"
        asked = ", ".join(f"{name} {'≥' if row.higher else '≤'} {value}" for name, value in row.targets.items())
        corruption = f'<td class={seen}>{row.corruption}: {"seen" if row.seen else "not seen"}'
        out.append(
            f"<tr><td>{row.name}<td>{html.escape(row.meaning)}{cells}{corruption}<td>{row.uncorrupted} → {row.corrupted}<td>{asked}"
        )
    return "".join(out) + "</table>"


def cell(row: Row, condition: str) -> str:
    mark = {True: " class=yes", False: " class=no", None: ""}[row.passed.get(condition)]
    return f"<td{mark}>{row.values.get(condition, '')} <small>{row.counts.get(condition, '')}</small>"


def contact_sheet(clips: list[Clip]) -> bytes:
    """Draws a PNG with two clips per line, six frames each, 64 pixels high."""
    strips = []
    for clip in clips[:SHOWN_CLIPS]:
        at = np.linspace(0, len(clip.frames) - 1, SHOWN_FRAMES).round().astype(int)
        strips.append(np.concatenate(list(clip.frames[at, ::2, ::2]), 1))
    if len(strips) % 2:
        strips.append(np.zeros_like(strips[0]))
    lines = [np.concatenate(strips[i : i + 2], 1) for i in range(0, len(strips), 2)]
    out = io.BytesIO()
    Image.fromarray(np.concatenate(lines)).quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
