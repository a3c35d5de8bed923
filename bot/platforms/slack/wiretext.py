"""Text as Slack writes it on the wire."""

import re

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


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


def unescaped(text: str) -> str:
    """Slack escapes exactly these three characters, in plain-text objects too."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
