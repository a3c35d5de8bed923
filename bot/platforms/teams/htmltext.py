"""The body of a Teams message, which is HTML, as the text that its reader sees. Pure."""

import re
from html.parser import HTMLParser

_APART = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "pre", "tr", "table", "h1", "h2", "h3"})
"""Elements that begin and end a line."""

_UNSEEN = frozenset({"style", "script", "attachment"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br" or tag in _APART:
            self.parts.append("\n")
        elif tag in {"img", "emoji"}:
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _APART:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def readable(html: str) -> str:
    """Lines as they are shown: marks and mentions by their words, emoji as themselves, no empty lines in a row."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
