"""What a filled-in form must hold before the bot sees it: as on Slack and Teams, the platform checks its own forms."""

from datetime import date

from bot.platforms.playground.render import Body


def problems(form: Body, values: dict[str, str]) -> dict[str, str]:
    """Text keys (`errors.…`) by field key: what is missing or wrong. Empty when the form may be handed in."""
    found = {}
    for field in form["fields"]:
        problem = _problem(field, values.get(field["key"], "").strip())
        if problem:
            found[field["key"]] = problem
    known = {field["key"] for field in form["fields"]}
    return found | {key: "errors.unknown" for key in values if key not in known}


def _problem(field: Body, value: str) -> str | None:
    kind = field["kind"]
    if not value:
        return ("errors.consent" if kind == "consent" else "errors.required") if field["required"] else None
    if len(value) > field["max_length"]:
        return "errors.too_long"
    match kind:
        case "consent":
            return None if value == "yes" else "errors.consent"
        case "choice":
            offered = {option["value"] for option in field["options"]}
            return None if value in offered else "errors.choice"
        case "date":
            try:
                date.fromisoformat(value)
            except ValueError:
                return "errors.date"
    return None
