"""Text as it is compared: how people type the same thing differs."""

import re
import unicodedata


def fold(text: str) -> str:
    """Lower case, no accents, one kind of apostrophe, no outer punctuation; a lone question mark stays."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    spaced = re.sub(r"\s+", " ", bare)
    return spaced.strip(" \t\n.!…,;:/?") or spaced.strip()
