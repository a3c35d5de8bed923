"""Bars as SVG, drawn with matplotlib, to stand in a page: no style, no id, no font and no address in them.

A colour is an attribute, so that it holds where no stylesheet does (the PDF); a class says what it stands for, so that
the page's stylesheet can give it another one in the dark. matplotlib is imported when the first chart is drawn.
"""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

WIDTH, BAR = 320, 45
"""Units of the drawing: about the width of a telephone, and what one bar takes of its height."""

THICK = 13
TEXT = 12.5

COLOURS = {"track": "#e9e5dc", "bar": "#7fb3a3", "first": "#1f6f5c", "whisker": "#20282d", "ink": "#20282d"}
"""By what is painted; `bot/web/static/digest.css` has the same classes."""

_KEPT = frozenset(["d", "x", "y", "width", "height", "transform", "viewBox", "class"])
_STYLED = frozenset(
    ["fill", "stroke", "stroke-width", "stroke-linecap", "text-anchor", "font-size", "font-weight"]
)
_SVG = "{http://www.w3.org/2000/svg}"
_LOCK = threading.Lock()
"""matplotlib's settings are the process's."""


@dataclass(frozen=True)
class Bar:
    """`share` of the whole width, from 0 to 1, with the interval around it where there is one; `first` stands out."""

    label: str
    value: str
    share: float
    interval: tuple[float, float] | None = None
    first: bool = False


def bars(name: str, title: str, about: str, drawn: Sequence[Bar]) -> str:
    """An `<svg>` with a bar below the other. `title` is its message, `about` says what is drawn; `name` is its own."""
    root = ElementTree.fromstring(_draw(drawn))  # noqa: S314 - our own drawing
    picture = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": root.get("viewBox", ""),
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-about",
            "class": "chart",
        },
    )
    for tag, text in (("title", title), ("desc", f"{about} {_spoken(drawn)}")):
        element = ElementTree.SubElement(
            picture, tag, {"id": f"{name}-{'title' if tag == 'title' else 'about'}"}
        )
        element.text = text
    picture.extend(_plain(child) for child in root.iter(f"{_SVG}g") if child.get("id", "").startswith("as-"))
    return ElementTree.tostring(picture, encoding="unicode")


def _spoken(drawn: Sequence[Bar]) -> str:
    return " ".join(f"{bar.label}, {bar.value}." for bar in drawn)


def _draw(drawn: Sequence[Bar]) -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    height = BAR * len(drawn)
    written = io.BytesIO()
    with _LOCK, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "entrain", "path.simplify": False}):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)

        def stripe(kind: str, top: float, until: float) -> None:
            axes.barh(
                top + THICK / 2,
                until,
                THICK,
                color=COLOURS[kind],
                linewidth=0,
                clip_on=False,
                gid=f"as-{kind}",
            )

        def line(x: tuple[float, float], y: tuple[float, float]) -> None:
            axes.plot(
                x,
                y,
                color=COLOURS["whisker"],
                linewidth=1.4,
                solid_capstyle="butt",
                clip_on=False,
                gid="as-whisker",
            )

        for place, bar in enumerate(drawn):
            top = place * BAR + 22
            middle = top + THICK / 2
            stripe("track", top, WIDTH)
            stripe("first" if bar.first else "bar", top, max(bar.share * WIDTH, 1))
            if bar.interval:
                low, high = (end * WIDTH for end in bar.interval)
                line((low, high), (middle, middle))
                for end in (low, high):
                    line((end, end), (middle - 4, middle + 4))
            for x, side, text, weight in ((0, "left", bar.label, 400), (WIDTH, "right", bar.value, 700)):
                axes.text(
                    x,
                    top - 6,
                    text,
                    ha=side,
                    fontsize=TEXT,
                    fontweight=weight,
                    color=COLOURS["ink"],
                    clip_on=False,
                    parse_math=False,
                    gid="as-ink",
                )
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()


def _plain(element: ElementTree.Element) -> ElementTree.Element:
    """The element without styles, ids and definitions."""
    attributes = {key: value for key, value in element.attrib.items() if key in _KEPT}
    for declaration in element.get("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key in _STYLED:
            attributes[key] = value
        elif key == "font-family":
            attributes[key] = "sans-serif"
    if (kind := element.get("id", "")).startswith("as-"):
        attributes["class"] = kind.removeprefix("as-")
    copy = ElementTree.Element(element.tag.removeprefix(_SVG), attributes)
    copy.text = element.text
    copy.extend(_plain(child) for child in element if child.tag != f"{_SVG}defs")
    return copy
