# ruff: noqa: T201 - a program that tells somebody how it goes
"""Play the three flows of the bot, as a process of its own, in the Microsoft 365 Agents Playground, which is not ours.

    npm install --prefix var/emulators @microsoft/m365agentsplayground@0.2.28
    python tests/e2e/emulator_teams.py var/emulators          (both: make emulate-teams)

Each person has a playground of their own, in Chromium, all talking to one bot: an employee answers the interview down to a
routine, a champion shares a testimonial by message extension which a lead approves, and the lead asks for the digest.
The playground is licensed for evaluation: a development tool, never shipped. It would listen on every interface;
`loopback.cjs` keeps it on this machine's own address, and its pages may speak to this machine only.
Needs Node and Chromium.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from emulation import (
    DEMO_PLACE,
    DEMO_PROJECT,
    PATIENCE,
    ROOT,
    Bot,
    Failed,
    answers,
    free_port,
    process,
    until,
)
from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError

CLI = Path("node_modules/@microsoft/m365agentsplayground/cli.js")
TENANT = "00000000-0000-0000-0000-0000000000001"
KARIM, AUDE, SANDRINE = "aad-karim", "aad-aude", "aad-sandrine"
SILENCE = 4.0
"""Seconds without a new question after which a conversation is over."""

PEOPLE = f"""external_id,name,email,lang,timezone,role,team,persona
{KARIM},Karim,,fr,,employee,Quai,planner
{AUDE},Aude,,en,,champion,Sales,sales
{SANDRINE},Sandrine,,fr,,lead,,
"""
PRESSED = ("Allons-y", "Papier, Excel", "8", "C'est ça", "Après le point de 9 h, je mets une urgence")
"""What Karim presses where he can."""
TOLD = (
    "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
    "si je note dans trello tout le monde voit que j'ai laissé traîner",
    "que personne ne s'en serve pour compter mes retards",
    "pour que l'équipe de nuit trouve tout le matin",
)
STORY = "I asked who can read the board. Since then I use it, two hours less a week."


class Client:
    """One person's playground, as they see it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name
        self.composer = page.locator("[data-lexical-editor=true]")
        self.composer.wait_for()

    def say(self, text: str) -> None:
        self.composer.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    @property
    def cards(self) -> Locator:
        """The bot's messages, oldest first."""
        return self.page.locator(".ac-adaptiveCard")

    def texts(self) -> list[str]:
        return [text.strip() for text in self.cards.all_inner_texts()]

    def card_with(self, button: str) -> Locator | None:
        """The newest message that has this button."""
        found = self.cards.filter(has=self.page.get_by_role("button", name=button, exact=True))
        return found.last if found.count() else None

    def press(self, card: Locator, button: str) -> None:
        card.get_by_role("button", name=button, exact=True).last.click()

    def pick_first(self, card: Locator) -> None:
        card.get_by_role("combobox").last.click()
        self.page.get_by_role("option").first.click()


def employee(karim: Client) -> None:
    """Karim answers what he is asked until nothing more is asked."""
    until("the invitation", karim.texts)
    told, taken = iter(TOLD), 0
    seen = ""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        newest = karim.texts()[-1]
        if newest == seen:
            time.sleep(0.2)
            continue
        time.sleep(0.5)
        seen = karim.texts()[-1]
        if _answer(karim, karim.cards.last, told):
            taken += 1
        deadline = time.monotonic() + SILENCE
    said = "\n".join(karim.texts())
    if "je mets une urgence" not in said or taken < 5:
        raise Failed(f"the interview did not end in a routine after {taken} answers")
    print(f"ok  employee: {taken} answers, then a routine")


def _answer(karim: Client, card: Locator, told: Iterator[str]) -> bool:
    """What Karim does with one message; whether it asked anything."""
    buttons = [button.strip() for button in card.get_by_role("button").all_inner_texts()]
    for label in PRESSED:
        if label in buttons:
            karim.press(card, label)
            return True
    if card.get_by_role("combobox").count():
        karim.pick_first(card)
        karim.press(card, "OK")
        return True
    if buttons:
        karim.say(next(told, "rien de plus"))
        return True
    return False


def champion(aude: Client, sandrine: Client) -> None:
    """Aude shares a testimonial by message extension; Sandrine approves; Aude hears of it."""
    page, heard = aude.page, len(aude.texts())
    page.get_by_role("button", name="Trigger Message Extension App").click()
    page.get_by_text("Action Command").click()
    page.get_by_role("textbox", name="Command ID").fill("testimonial")
    page.get_by_role("button", name="Create").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").first.fill(STORY)
    for number in range(dialog.get_by_role("combobox").count()):
        box = dialog.get_by_role("combobox").nth(number)
        if box.get_attribute("aria-required") == "true":
            box.click()
            page.get_by_role("option").first.click()
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    dialog.get_by_role("button").last.click()
    dialog.get_by_text("✔").wait_for()
    dialog.get_by_role("button", name="Close").click()
    until("the thanks", lambda: len(aude.texts()) > heard)
    request = until("the lead's request", lambda: sandrine.card_with("Approuver"))
    if STORY not in request.inner_text():
        raise Failed("the lead does not see the exact text")
    heard = len(aude.texts())
    sandrine.press(request, "Approuver")
    until("the champion's news", lambda: len(aude.texts()) > heard)
    print("ok  champion: testimonial by message extension, approved by the lead, told")


def lead(sandrine: Client) -> None:
    """Sandrine asks for the digest."""
    before = len(sandrine.texts())
    sandrine.say("adoption digest")
    until("the digest", lambda: len(sandrine.texts()) > before)
    if not sandrine.texts()[-1].startswith("Semaine"):
        raise Failed("what came is not the digest")
    print("ok  lead: digest by command")


@contextmanager
def client(browser: Browser, cli: Path, folder: Path, bot: Bot, aad: str, name: str) -> Iterator[Client]:
    """A playground in which this person is at the keyboard."""
    home, port = folder / aad, free_port()
    home.mkdir()
    config = {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "28:entrain", "name": "Entrain"},
        "currentUser": _user(aad, name),
        "users": [_user(f"colleague-{number}", f"Colleague {number}") for number in range(5)],
        "personalChat": {"id": f"chat-{aad}"},
        "groupChat": {"id": f"group-{aad}", "name": "Group"},
        "team": {"id": f"team-{aad}", "name": "Team", "aadGroupId": f"team-{aad}", "channels": []},
    }
    (home / ".m365agentsplayground.yml").write_text(json.dumps(config))
    command = [
        *["node", str(cli), "start", "--channel-id", "msteams", "--disable-telemetry"],
        *["--app-endpoint", f"http://127.0.0.1:{bot.port}/api/messages", "--port", str(port)],
    ]
    environment = {
        "NODE_OPTIONS": f"--require {ROOT / 'tests/e2e/loopback.cjs'}",
        "TEAMSAPPTESTER_BROWSER": "none",
    }
    with process(f"playground-{name}", command, folder, cwd=home, **environment):
        until(f"the playground of {name}", lambda: answers(f"http://127.0.0.1:{port}/_internal/v1/config"))
        page = browser.new_page(viewport={"width": 1100, "height": 1400})
        page.set_default_timeout(PATIENCE * 1000)
        page.route("**/*", _this_machine_only)
        page.goto(f"http://127.0.0.1:{port}/")
        yield Client(page, name)
        page.close()


def _user(aad: str, name: str) -> dict[str, str]:
    address = f"{aad}@lampion.example"
    return {
        "id": f"29:{aad}",
        "name": name,
        "userPrincipleName": address,
        "aadObjectId": aad,
        "givenName": name,
        "surname": "Lampion",
        "email": address,
    }


def _this_machine_only(route: Route) -> None:
    if urlsplit(route.request.url).hostname in {"127.0.0.1", "localhost", None}:
        route.continue_()
    else:
        route.abort()


@contextmanager
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise Failed("Chromium is not installed: apt-get install chromium, or put it on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def play(cli: Path, folder: Path, running: ExitStack) -> None:
    """Project first, then the app at everybody's, then the people: as an installation goes."""
    bot = Bot(folder, {"ENTRAIN_TEAMS_APP_ID": "", "ENTRAIN_TEAMS_DEVELOPMENT": "true"})
    place = ["--platform", "teams", "--workspace", TENANT]
    bot.command("project", "load", DEMO_PROJECT, *place, *DEMO_PLACE)
    running.enter_context(bot.running())
    browser = running.enter_context(chromium())
    karim, aude, sandrine = (
        running.enter_context(client(browser, cli, folder, bot, aad, name))
        for aad, name in ((KARIM, "Karim"), (AUDE, "Aude"), (SANDRINE, "Sandrine"))
    )
    people = folder / "people.csv"
    people.write_text(PEOPLE)
    bot.command("people", "import", str(people), "--project", "trello", *place, "--invite")
    try:
        employee(karim)
        champion(aude, sandrine)
        lead(sandrine)
    except (Failed, PlaywrightError) as error:
        said = ["\n".join([f"--- {client.name}", *client.texts()]) for client in (karim, aude, sandrine)]
        raise Failed("\n".join([str(error), *said])) from None


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (cli := (Path(arguments[0]) / CLI).resolve()).exists():
        print("give the folder into which npm has installed the playground (see make emulate-teams)")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with ExitStack() as running:
                play(cli, folder, running)
        except Failed as failed:
            print(f"NO  {failed}")
            for log in sorted(folder.glob("*.log")):
                print(f"--- {log.name}", log.read_text()[-3000:], sep="\n")
            return 1
    print("ok  the loop runs in the Agents Playground")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
