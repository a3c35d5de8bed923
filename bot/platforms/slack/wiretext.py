"""Text as Slack writes it on the wire."""

import re

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")

_MARKED = re.compile(r"(?<!\w)(?:```(.+?)```|([*_~`])(?!\2)(?=\S)(.+?)(?<=\S)\2(?!\w))", re.DOTALL)
"""What Slack's editor puts around bold, italic, struck and code."""


def readable(text: str) -> str:
    """Slack's wire text as the person saw it: links and mentions by their labels, `&lt;` as `<`."""

    def shown(match: re.Match[str]) -> str:
        target, label = match.group(1), match.group(2)
        if target.startswith("!"):
            return label or f"@{target[1:].partition('^')[0]}"
        if label:
            return target[0] + label if target[:1] in {"@", "#"} else label
        return target

    return unescaped(_LINK.sub(shown, text))


def bare(text: str) -> str:
    """Readable text without the marks of bold, italic, struck and code, which its reader does not see either."""
    while (unmarked := _MARKED.sub(r"\1\3", text)) != text:
        text = unmarked
    return text


def unescaped(text: str) -> str:
    """Slack escapes exactly these three characters, in plain-text objects too."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
