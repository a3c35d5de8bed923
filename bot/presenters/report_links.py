"""A lead's link to the digest's page, as a message."""

from bot.platforms.port import Button, Buttons, Link, Message, Text
from bot.scene import Args, Presenter, Scene
from bot.web import links
from bot.web.digest_page import texts
from content.days import WITH_WEEKDAY, in_words
from nudges.schedule import local_date
from projects.service import definition

SEE = "report_link.see"
WITHDRAW = "report_link.withdraw"


def see(scene: Scene, project_id: str, week: str) -> tuple[Button, ...]:
    """The button under a digest that makes the link; none where the bot is reached under no address."""
    if not scene.public_url:
        return ()
    return (Button(SEE, f"{project_id}|{week}", texts().text("link.see", scene.voice)),)


def made(scene: Scene, args: Args) -> Message | None:
    """The link. None once it opens nothing any more."""
    found = links.opens(scene.work, args["link"])
    if found is None or not scene.public_url:
        return None
    link, _digest = found
    until = in_words(local_date(link.expires_at, scene.timezone), scene.voice, WITH_WEEKDAY)
    tool = definition(scene.work.projects.get(link.project_id)).tool
    return Message(
        (
            Text(texts().rich("link.made", scene.voice, tool=tool, until=until)),
            Link(
                texts().text("link.open", scene.voice),
                links.address(scene.public_url, scene.work.keyring, link.id),
            ),
            Buttons((Button(WITHDRAW, "-", texts().text("link.withdraw", scene.voice)),)),
        )
    )


def withdrawn(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts().rich("link.withdrawn", scene.voice)),))


def nowhere(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts().rich("link.nowhere", scene.voice)),))


PRESENTERS: dict[str, Presenter] = {
    "report_link.made": made,
    "report_link.withdrawn": withdrawn,
    "report_link.nowhere": nowhere,
}
