"""Strict YAML: content files are data written by people, so mistakes are told with file and line.

Refused: aliases and anchors, duplicate keys, several documents, files above `MAX_BYTES`, nesting above
`MAX_DEPTH`, keys that are not text, and every tag but plain YAML 1.1 scalars, lists and mappings.
"""

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.mistakes import meant

MAX_BYTES = 512 * 1024
MAX_DEPTH = 12

Location = tuple[str | int, ...]
Source = Path | Traversable
Schema = TypeVar("Schema", bound=BaseModel)


class ContentError(Exception):
    """A content file cannot be used; the message says where and what to do."""

    def __init__(self, source: str, line: int | None, problem: str) -> None:
        self.source, self.line, self.problem = source, line, problem
        super().__init__(f"{source}:{line}: {problem}" if line else f"{source}: {problem}")


@dataclass(frozen=True)
class Document:
    """Plain data with the line of each place in it."""

    data: Any
    lines: dict[Location, int]
    source: str

    def line(self, location: Location) -> int | None:
        """The line of the nearest enclosing place that the file really holds."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location)


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Safe YAML; dates stay text, so that a schema decides what they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(source: Source) -> Document:
    """Read one strict YAML file.

    Raises:
        ContentError: the file is missing, too large, not UTF-8, or breaks one of the module's rules.
    """
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ContentError(str(source), None, f"cannot be read ({error.strerror})") from error
    return parse(raw, str(source))


def parse(raw: bytes, source: str) -> Document:
    """Like `load`, from bytes; `source` is the name used in messages."""
    if len(raw) > MAX_BYTES:
        raise ContentError(source, None, f"is larger than {MAX_BYTES // 1024} KiB; split it")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(source, raw[: error.start].count(b"\n") + 1, "is not UTF-8 text") from error
    try:
        _refuse_aliases(text, source)
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ContentError(source, mark.line + 1 if mark else None, error.problem or "is not YAML") from error
    except yaml.YAMLError as error:
        raise ContentError(source, None, f"is not YAML ({error})") from error
    lines: dict[Location, int] = {}
    data = None if node is None else _Walk(source, lines).value(node, (), 1)
    return Document(data, lines, source)


def validate(document: Document, schema: type[Schema]) -> Schema:
    """The document as `schema`.

    Raises:
        ContentError: the first mistake, with its line and place.
    """
    try:
        return schema.model_validate(document.data)
    except ValidationError as error:
        raise mistakes(document, schema, error)[0] from error


def mistakes(document: Document, schema: type[BaseModel], error: ValidationError) -> list[ContentError]:
    """Every mistake that pydantic found in the document, with its line, its place and what was meant."""
    found = []
    for each in error.errors(include_url=False):
        location: Location = each["loc"]
        place = ".".join(str(part) for part in location) or "the whole file"
        found.append(
            ContentError(document.source, document.line(location), f"{place}: {meant(each, schema)}")
        )
    return found


def _refuse_aliases(text: str, source: str) -> None:
    for token in yaml.scan(text, _Loader):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise ContentError(
                source, token.start_mark.line + 1, "anchors and aliases are not allowed; write it out"
            )


@dataclass(frozen=True)
class _Walk:
    source: str
    lines: dict[Location, int]

    def value(self, node: yaml.Node, location: Location, depth: int) -> Any:
        line = node.start_mark.line + 1
        self.lines[location] = line
        if depth > MAX_DEPTH:
            raise ContentError(self.source, line, f"is nested more than {MAX_DEPTH} levels deep")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*location, i), depth + 1) for i, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node, self.source)

    def _mapping(self, node: yaml.MappingNode, location: Location, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            key = _scalar(key_node, self.source) if isinstance(key_node, yaml.ScalarNode) else None
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise ContentError(
                    self.source, line, f"the key {key_node.value!r} must be text; put it in quotes"
                )
            if key in result:
                raise ContentError(self.source, line, f"the key {key!r} stands twice")
            result[key] = self.value(child, (*location, key), depth + 1)
            self.lines[(*location, key)] = line
        return result


def _scalar(node: yaml.ScalarNode, source: str) -> Any:
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise ContentError(source, node.start_mark.line + 1, f"{node.value!r} is not plain YAML") from error
