# ruff: noqa: T201 - a program that tells somebody how it goes
"""Play the three flows of the bot, as a process of its own, against `local-slack`, a Slack emulator that is not ours.

    npm install --prefix var/emulators --ignore-scripts local-slack-linux-x64@0.1.8
    python tests/e2e/emulator_slack.py var/emulators          (both: make emulate-slack)

The bot connects by Socket Mode. People are played over the emulator's control interface: an employee answers the
interview down to a routine, a champion shares a testimonial by slash command and modal which a lead approves, and
the lead asks for the digest. Needs Linux on x64.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from emulation import Failed, until
from local_slack import BINARY, Emulator, Json, bot, emulator

KARIM, AUDE, SANDRINE = "U01KARIM", "U02AUDE", "U03SANDRINE"
NAMES = {KARIM: "Karim", AUDE: "Aude", SANDRINE: "Sandrine"}
SILENCE = 3.0
"""Seconds without a new message after which a conversation is over."""

PEOPLE = f"""external_id,name,email,lang,timezone,role,team,persona
{KARIM},Karim,,fr,,employee,Quai,planner
{AUDE},Aude,,en,,champion,Sales,sales
{SANDRINE},Sandrine,,fr,,lead,,
"""

ANSWERS = (
    "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
    "si je note dans trello tout le monde voit que j'ai laissé traîner",
    "que personne ne s'en serve pour compter mes retards",
    "pour que l'équipe de nuit trouve tout le matin",
)


def employee(slack: Emulator) -> None:
    """Karim asks to begin, presses and tells, until nothing more is asked."""
    slack.say(KARIM, "commencer")
    answers = iter(ANSWERS)
    done: set[str] = set()
    taken: list[str] = []
    until("the first question", lambda: slack.from_bot(KARIM))
    deadline = time.monotonic() + SILENCE
    while time.monotonic() < deadline:
        waiting = [message for message in slack.from_bot(KARIM) if message["ts"] not in done]
        if not waiting:
            time.sleep(0.1)
            continue
        message = waiting[0]
        done.add(message["ts"])
        deadline = time.monotonic() + SILENCE
        if step := _answer(slack, message, answers):
            taken.append(step)
    said = "\n".join(message["text"] for message in slack.from_bot(KARIM))
    if "je mets une urgence" not in said or len(taken) < 5:
        raise Failed(f"the interview did not end in a routine after {taken}:\n{said}")
    print(f"ok  employee: {len(taken)} answers, then a routine")


def _answer(slack: Emulator, message: Json, answers: Iterator[str]) -> str | None:
    """What Karim does with one message; None for one that asks nothing."""
    elements = pressable(message)
    names = {element["action_id"].partition("#")[0] for element in elements}
    if "interview.start" in names:
        return press_first(slack, KARIM, message, "interview.start")
    options = [element for element in elements if element["action_id"].startswith("interview.answer#")]
    if options and options[0]["type"] == "static_select":
        slack.press(KARIM, message, options[0], options[0]["options"][0])
        return "choice"
    if options:
        wanted = [
            element for element in options if element["value"].rpartition("|")[2] in {"paper", "8", "standup"}
        ]
        chosen = (wanted or options)[0]
        slack.press(KARIM, message, chosen)
        return str(chosen["value"].rpartition("|")[2])
    if "interview.skip" in names:
        slack.say(KARIM, next(answers, "rien de plus"))
        return "words"
    return None


def champion(slack: Emulator) -> None:
    """Aude shares a testimonial by command and modal; Sandrine approves; Aude hears of it."""
    heard = len(slack.from_bot(AUDE))
    slack.command(AUDE, "/testimonial")
    view = until("the modal", slack.open_view)
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    slack.submit(AUDE, {block["block_id"]: filled(block["element"]) for block in inputs})
    until("the thanks", lambda: len(slack.from_bot(AUDE)) == heard + 1)
    request = until(
        "the lead's request", lambda: with_action(slack.from_bot(SANDRINE), "testimonial.approve")
    )
    press_first(slack, SANDRINE, request, "testimonial.approve")
    until("the champion's news", lambda: len(slack.from_bot(AUDE)) == heard + 2)
    print("ok  champion: testimonial by modal, approved by the lead, told")


def lead(slack: Emulator) -> None:
    """Sandrine asks for the digest."""
    slack.command(SANDRINE, "/adoption", "digest")
    until("the digest", lambda: any("Semaine" in message["text"] for message in slack.from_bot(SANDRINE)))
    print("ok  lead: digest by command")


def pressable(message: Json) -> list[Json]:
    return [
        element
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def with_action(messages: list[Json], action: str) -> Json | None:
    found = [m for m in messages if any(e["action_id"].startswith(action) for e in pressable(m))]
    return found[-1] if found else None


def press_first(slack: Emulator, user: str, message: Json, action: str) -> str:
    element = next(e for e in pressable(message) if e["action_id"].startswith(action))
    slack.press(user, message, element)
    return action


def filled(element: Json) -> Json:
    """What somebody puts into an input, under its action id."""
    kind = element["type"]
    value: Json = {"type": kind}
    match kind:
        case "plain_text_input":
            value["value"] = "I asked who can read the board. Since then I use it, two hours less a week."
        case "checkboxes":
            value["selected_options"] = element["options"]
        case "datepicker":
            value["selected_date"] = element.get("initial_date")
        case _:
            value["selected_option"] = element["options"][0]
    return {element["action_id"]: value}


def transcript(slack: Emulator) -> str:
    return "\n".join(
        f"{user}: {m['text']!r}" for user in (KARIM, AUDE, SANDRINE) for m in slack.from_bot(user)
    )


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (binary := (Path(arguments[0]) / BINARY).resolve()).exists():
        print("give the folder into which npm has installed local-slack-linux-x64 (see make emulate-slack)")
        return 2
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        try:
            slack = running.enter_context(emulator(binary, folder, NAMES))
            running.enter_context(bot(folder, slack.api, PEOPLE))
            until("Socket Mode", lambda: slack.connected)
            for flow in (employee, champion, lead):
                flow(slack)
        except Failed as failed:
            print(f"NO  {failed}")
            log = folder / "bot.log"
            print(log.read_text()[-4000:] if log.exists() else "")
            print(transcript(slack))
            return 1
    print("ok  the loop runs against local-slack over Socket Mode")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
