"""Charts as SVG, light or dark like the reader's system. For scripts/bench --svg.

Each has a fixed width, a title and a description for screen readers, and no scripts, fonts or images.
"""

from html import escape

WIDTH = 860  # the width of a README on GitHub
LEFT, RIGHT = 24, 72  # margins: left of the labels; right of the bars, for their figures
TOP, ROW, BAR = 78, 27, 15  # top of the first row; height of a row; height of a bar

STYLE = """
  text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .figure { paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
  .title { font-size: 17px; font-weight: 600 }
  .subtitle, .tick { fill: #59636e }
  .tick { font-size: 12px; text-anchor: middle }
  .paper { fill: #ffffff; stroke: #d1d9e0 }
  .grid { stroke: #d1d9e0 }
  .own { fill: #0969da }
  .other { fill: #818b98 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .figure { stroke: #0d1117 }
    .subtitle, .tick { fill: #9198a1 }
    .paper { fill: #0d1117; stroke: #3d444d }
    .grid { stroke: #3d444d }
    .own { fill: #4493f8 }
    .other { fill: #7d8590 }
  }
"""


def chart(title, subtitle, rows, labels=250):
    """Returns a chart of bars on a scale of milliseconds from 0.

    rows: label, start and end of each bar, and whether it is highlighted.
    labels: the width of their column, in pixels.
    """
    rows = list(rows)
    bars = LEFT + labels
    longest = max(end for _, _, end, _ in rows)
    scale = (WIDTH - bars - RIGHT) / longest
    bottom = TOP + ROW * len(rows)
    told = "; ".join(f"{label}: {end - start:.1f} ms" for label, start, end, _ in rows)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + 40}" '
        f'viewBox="0 0 {WIDTH} {bottom + 40}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{escape(title)}</title>'
    yield f'<desc id="desc">{escape(subtitle)} {escape(told)}.</desc>'
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" height="{bottom + 39}" rx="6"/>'
    yield f'<text class="title" x="{LEFT}" y="33">{escape(title)}</text>'
    yield f'<text class="subtitle" x="{LEFT}" y="57">{escape(subtitle)}</text>'
    for ms in range(0, int(longest) + 1, step(longest)):
        x = f"{bars + ms * scale:.1f}"
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
        yield f'<text class="tick" x="{x}" y="{bottom + 20}">{ms} ms</text>'
    for i, (label, start, end, own) in enumerate(rows):
        middle = TOP + ROW * i + ROW / 2
        yield f'<text x="{LEFT}" y="{middle + 5}">{escape(label)}</text>'
        yield (
            f'<rect class="{"own" if own else "other"}" x="{bars + start * scale:.1f}" '
            f'y="{middle - BAR / 2}" width="{max(1, (end - start) * scale):.1f}" height="{BAR}" rx="2"/>'
        )
        yield (
            f'<text class="figure" x="{bars + end * scale + 7:.1f}" y="{middle + 5}">'
            f"{figure(end - start)} ms</text>"
        )
    yield "</svg>"


def figure(ms):
    """Returns a figure with as many digits as its size needs."""
    return f"{ms:.0f}" if ms >= 10 else f"{ms:.1f}"


def step(longest):
    """Returns the milliseconds between grid lines, for at most eight lines."""
    return next(ms for ms in (5, 10, 20, 50, 100, 200, 500, 1000) if longest / ms <= 8)
