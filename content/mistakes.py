"""What a mistake in a content file was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """ "; did you mean 'trust'?", or nothing if no known word is near."""
    near = get_close_matches(written.casefold(), sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def meant(error: Any, schema: type[BaseModel]) -> str:
    """What one pydantic error (an item of `ValidationError.errors()`) says, in words for the writer of the file."""
    location, written = error["loc"], str(error.get("input", ""))
    match error["type"]:
        case "extra_forbidden":
            key = str(location[-1])
            fields = _fields(schema, location[:-1])
            nearest = did_you_mean(key, fields)
            return f"{key!r} is not known here{nearest or '; known are ' + ', '.join(sorted(fields))}"
        case "missing":
            return "is missing; add it"
        case "enum" | "literal_error":
            known = [word.strip(" '") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
            nearest = did_you_mean(written, known)
            return f"{written!r} is not one of {', '.join(known)}{nearest}"
        case "too_short":
            return f"needs {error['ctx']['min_length']} or more that can be read"
        case "string_type":
            return "must be text; put it in quotes"
        case "list_type" | "tuple_type":
            return "must be a list"
        case "model_type" | "dict_type":
            return "must hold keys with their values, each on a line of its own"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return str(error["msg"])


def _fields(schema: type[BaseModel], location: tuple[str | int, ...]) -> set[str]:
    """The fields of the model at `location` in `schema`, or of any model in it where the place cannot be told."""
    model: Any = schema
    for part in location:
        if isinstance(part, str) and part in getattr(model, "model_fields", {}):
            model = model.model_fields[part].annotation
        model = _model_in(model) or model
    return {field.alias or name for name, field in getattr(model, "model_fields", {}).items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model that a type is made of: of `tuple[Step, ...] | None` it is `Step`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
