"""The Teams app manifest: what Teams requires of it, and that its words are understood."""

from bot.commands import parse
from bot.handlers.digest import DIGEST
from bot.platforms.teams.inbound import FORMS_BY_COMMAND
from bot.platforms.teams.manifest import COMMANDS, VERSION, french, manifest

APP_ID = "11111111-2222-4333-8444-555555555555"
MANIFEST = manifest(APP_ID, "https://entrain.example.org")
FRENCH = french()


def test_it_holds_what_the_schema_requires() -> None:
    required = {
        "manifestVersion",
        "version",
        "id",
        "developer",
        "name",
        "description",
        "icons",
        "accentColor",
    }
    assert required <= MANIFEST.keys()
    assert MANIFEST["manifestVersion"] == VERSION
    assert f"/v{VERSION}/" in MANIFEST["$schema"]
    assert (
        MANIFEST["id"] == MANIFEST["bots"][0]["botId"] == MANIFEST["composeExtensions"][0]["botId"] == APP_ID
    )
    assert MANIFEST["validDomains"] == ["entrain.example.org"]
    assert all(MANIFEST["developer"][url].startswith("https://") for url in ("websiteUrl", "privacyUrl"))


def test_its_texts_keep_teams_limits_in_both_languages() -> None:
    extension = MANIFEST["composeExtensions"][0]["commands"][0]
    english = {
        "name.short": MANIFEST["name"]["short"],
        "description.short": MANIFEST["description"]["short"],
        "composeExtensions[0].commands[0].title": extension["title"],
        "composeExtensions[0].commands[0].description": extension["description"],
    }
    limits = dict(zip(english, (30, 80, 32, 128), strict=True))
    for texts in (english, FRENCH):
        assert all(0 < len(texts[key]) <= limit for key, limit in limits.items())


def test_slash_commands_are_offered_in_groups_and_answered_privately() -> None:
    bot = MANIFEST["bots"][0]
    personal, groups = bot["commandLists"]
    assert bot["supportsTargetedMessages"] is True
    assert personal["scopes"] == ["personal"]
    assert (groups["scopes"], groups["triggers"]) == (["team", "groupChat"], ["mention", "slash"])


def test_every_command_it_offers_is_understood_in_either_language() -> None:
    for place, name in enumerate(COMMANDS):
        for which, listed in enumerate(MANIFEST["bots"][0]["commandLists"]):
            english = parse(listed["commands"][place]["title"])
            translated = parse(FRENCH[f"bots[0].commandLists[{which}].commands[{place}].title"])
            assert english is not None, name
            assert translated is not None, name
            assert translated.command == english.command
            assert (
                translated.argument == english.argument or {translated.argument, english.argument} <= DIGEST
            )


def test_the_message_extension_opens_a_form_that_exists() -> None:
    (command,) = MANIFEST["composeExtensions"][0]["commands"]
    assert command["id"] in FORMS_BY_COMMAND
    assert (command["type"], command["fetchTask"]) == ("action", True)
    assert command["context"] == ["compose", "commandBox", "message"]


def test_french_translates_every_text_of_the_manifest() -> None:
    paths = {
        f"bots[0].commandLists[{which}].commands[{place}].{part}"
        for which, listed in enumerate(MANIFEST["bots"][0]["commandLists"])
        for place in range(len(listed["commands"]))
        for part in ("title", "description")
    }
    assert paths <= FRENCH.keys()
    assert MANIFEST["localizationInfo"]["additionalLanguages"] == [{"languageTag": "fr", "file": "fr.json"}]
    assert FRENCH["description.full"] != MANIFEST["description"]["full"]
