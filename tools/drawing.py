"""Words, boxes and lines as an SVG picture, for the pictures of the documentation.

Nothing is known of the fonts that a reader has: texts are wrapped by the widths of the widest.
"""

from __future__ import annotations

from html import escape

INK, PALE, LINE = "#1c1e21", "#687078", "#d3d7dc"
WIDTH, MARGIN = 960, 24
BOLD, ITALIC = 'font-weight="bold"', 'font-style="italic"'

# Widths of characters as shares of the size, as in the widest fonts that people have for these.
_WIDTHS = {
    **dict.fromkeys("iljI|!.,:;'’‘", 0.37),
    **dict.fromkeys('frt()[]-/ "·›', 0.42),
    **dict.fromkeys("mwMW@—…%", 1.0),
}
_CAPITAL, _OTHER, _BOLDER = 0.72, 0.61, 1.13


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is at most."""
    units = sum(_WIDTHS.get(c, _CAPITAL if c.isupper() else _OTHER) for c in text)
    return units * size * (_BOLDER if bold else 1.0)


def wrapped(text: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
    """A text in lines of at most a width; the last of the `most` lines says that there is more."""
    lines, rest = [""], text.split(" ")
    while rest:
        longer = f"{lines[-1]} {rest[0]}".strip(" ")
        if width_of(longer, size, bold=bold) <= width or not lines[-1]:
            lines[-1] = longer
            rest.pop(0)
        elif len(lines) < most:
            lines.append("")
        else:
            lines[-1] = _cut(lines[-1], size, width, bold)
            break
    return lines


def _cut(line: str, size: float, width: float, bold: bool) -> str:
    """A line with an ellipsis behind its last word that leaves room for it."""
    while True:
        cut = f"{line.rstrip(' ,.;:–—·')} …"
        if width_of(cut, size, bold=bold) <= width or " " not in line:
            return cut
        line = line.rpartition(" ")[0]


class Drawing:
    """An SVG picture that grows downwards."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.parts: list[str] = []
        self.height = 0.0

    def box(self, x: float, y: float, width: float, height: float, fill: str, line: str) -> None:
        """A rectangle, filled and with a line around it."""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" fill="{fill}"'
            f' stroke="{line}"/>'
        )
        self.height = max(self.height, y + height)

    def path(self, form: str, colour: str, width: float = 1.5) -> None:
        """A line, in the notation of SVG's paths."""
        self.parts.append(
            f'<path d="{form}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
        )

    def words(
        self, x: float, y: float, text: str, size: float, colour: str = INK, style: str = ""
    ) -> None:
        """One line of text; `y` is where it stands on."""
        style = f" {style}" if style else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{style}>'
            f"{escape(text, quote=False)}</text>"
        )
        self.height = max(self.height, y + size / 2)

    def picture(self, x: float, y: float, width: float, height: float) -> None:
        """What stands for a photograph."""
        self.box(x, y, width, height, "#eef0f2", LINE)
        self.path(
            f"M{x + 4:g} {y + height - 5:g} l{width * 0.3:g} {-height * 0.5:g}"
            f" l{width * 0.2:g} {height * 0.25:g} l{width * 0.17:g} {-height * 0.2:g}"
            f" L{x + width - 4:g} {y + height - 5:g}",
            PALE,
        )
        self.parts.append(
            f'<circle cx="{x + width * 0.75:g}" cy="{y + height * 0.28:g}" r="{height * 0.1:g}"'
            f' fill="none" stroke="{PALE}" stroke-width="1.5"/>'
        )

    def written(self) -> str:
        """The picture as SVG."""
        height = round(self.height) + MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" role="img"'
            " font-family=\"Verdana, 'DejaVu Sans', Geneva, sans-serif\">\n"
            f"<title>{escape(self.title)}</title>\n"
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )
