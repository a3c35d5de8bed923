"""What is carried out of chat, as files."""

from enum import StrEnum


class Format(StrEnum):
    """What a page is written as; the value is the file's ending."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    PDF = "pdf"
