"""In which language somebody's words are, told by the little words in them (Grefenstette 1995). Pure."""

from content.catalog import Lang
from digests.similar import folded, stop_words


def tongue(text: str) -> Lang | None:
    """The language that more of the text's little words are of alone; None where neither has more."""
    words, little = folded(text), stop_words()
    shared = frozenset.intersection(*little.values())
    counted = {lang: sum(word in own - shared for word in words) for lang, own in little.items()}
    most = max(counted.values())
    found = [lang for lang, count in counted.items() if count == most]
    return found[0] if len(found) == 1 else None
