"""A second opinion on a typed answer, asked for before the answer is handled, and never waited for long.

Nothing leaves unless the workspace allows it and the person has not said no, an open question is being answered, and the
text holds no distress.
"""

import structlog

from bot.commands import command_of
from bot.language_model import LanguageModel
from bot.platforms.port import InboundEvent, TextReceived
from bot.presenters.interview import subject_of
from bot.scene import Scene
from content.markup import plain
from storage.database import Database
from storage.models import Purpose
from storage.work import Work
from surveys import service as surveys
from surveys import wording
from surveys.opinion import Opinion, instructions, opinion, question
from surveys.reading import distressed
from surveys.script import Ask

log = structlog.get_logger(__name__)


class SecondOpinions:
    """Asks `model` about the answers of the workspaces that allow it."""

    def __init__(self, database: Database, model: LanguageModel) -> None:
        self._database, self._model = database, model

    async def about(self, workspace_id: str, event: InboundEvent) -> Opinion | None:
        """The opinion, or None: not wanted, not allowed, not in time, or not to be believed."""
        if not isinstance(event, TextReceived) or command_of(event) or distressed(event.text):
            return None
        told = instructions()
        if len(event.text) > told.longest_answer:
            return None
        asked = await self._database.read(workspace_id, lambda work: _asked(work, event))
        if asked is None:
            return None
        reply = await self._model.complete(told.system, question(asked, event.text))
        formed = opinion(reply, event.text) if reply is not None else None
        if reply is not None and formed is None:
            log.info("no_second_opinion", reason="not what was asked for")
        return formed


def _asked(work: Work, event: TextReceived) -> str | None:
    """The open question that this text answers, where the workspace lets the answer out."""
    workspace = work.workspaces.get(work.workspace_id)
    person = work.people.by_external(event.user)
    if not workspace.second_opinion or person is None:
        return None
    if not work.consents.allows(person.id, Purpose.LANGUAGE_MODEL):
        return None
    interview = next(iter(work.interviews.open_of(person.id)), None)
    subject = subject_of(Scene(work, workspace, person, event.event_id), interview) if interview else None
    prompt = surveys.current(work, interview) if interview else None
    if interview is None or subject is None or prompt is None:
        return None
    script = surveys.script_of(work, interview)
    if script.step(prompt.step).ask is not Ask.OPEN:
        return None
    return "\n".join(plain(line) for line in wording.question(script, prompt, subject).lines)
