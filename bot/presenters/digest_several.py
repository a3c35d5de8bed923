"""The pages of somebody who leads several projects, in one message: the conclusion of each, and the way to all of it."""

from collections.abc import Iterable

from bot.platforms.port import Block, Button, Buttons, Message, Text
from bot.presenters.digest import words_of
from bot.presenters.ways import ways_out
from bot.scene import Args, Scene
from content.markup import Span, Style
from digests.content import texts
from projects.service import definition
from storage.models import Role

SHOW = "digest.show"
"""The whole page of one of them; its value is `project|week`."""


def named(pages: Iterable[tuple[str, str]]) -> str:
    """Pages (project's id, week) as a message's argument."""
    return ",".join("|".join(page) for page in pages)


def several(scene: Scene, args: Args) -> Message | None:
    """A section for each page whose project the person still leads. None where there is none."""
    sections: list[Block] = []
    for page in args["pages"].split(","):
        project_id, _, week = page.partition("|")
        membership = scene.work.projects.member(project_id, scene.person.id)
        digest = scene.work.digests.of_week(project_id, week)
        if digest is None or membership is None or membership.role is not Role.LEAD:
            continue
        project = scene.work.projects.get(project_id)
        words = words_of(project, digest, scene.voice, scene.timezone)
        name = Span(f"{definition(project).name}\n", Style.STRONG)
        label = texts().text("several.button", scene.voice, tool=words.tool)
        sections += [Text((name, *words.headline())), Buttons((Button(SHOW, page, label),))]
    if not sections:
        return None
    intro = Text(texts().rich("several.intro", scene.voice))
    return Message((intro, *sections, Buttons(ways_out(scene, args["project"], "digest.several"))))
