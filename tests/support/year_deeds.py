"""What is done about what the made-up year's pages say: actions, with the judgement of those concerned, and ideas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from content.actions import Answer, State
from digests import acting, board
from storage.models import IdeaStatus, Person, Project
from storage.work import Work

TAKEN_IN = (10, 24, 36, 44)
"""The weeks after whose page a lead takes what it proposes."""

TAKES, JUDGED = 2, 5
"""Weeks until it is done, and until those concerned say what they think of it."""

ANSWERS = 0.6
"""How likely somebody concerned answers."""

DONE = {
    "trust": "La règle est affichée au quai et à l'atelier : le tableau ne sert jamais à compter les retards de quelqu'un.",
    "habit": "Le cahier des urgences est parti ; à sa place, une tablette montre le tableau.",
    "skills": "Chaque jeudi à midi, Inès montre une carte à qui veut, sur son propre poste.",
}
OTHERWISE = "Nous en avons parlé au point de lundi, et la gêne principale est levée."


@dataclass(frozen=True)
class Proposed:
    """Somebody's idea, `author` by their place in the company, so many who `support` it, and what a lead answers when."""

    week: int
    author: int
    text: str
    support: int
    named: bool = False
    answered: tuple[int, IdeaStatus, str] | None = None


IDEAS = (
    Proposed(
        6,
        31,
        "Un écran à l'entrée du quai avec les trois urgences du jour, pour ne plus se téléphoner.",
        41,
        named=True,
        answered=(14, IdeaStatus.PLANNED, "L'écran est commandé, il arrive en mars."),
    ),
    Proposed(
        12,
        97,
        "Une carte modèle déjà remplie pour les commandes qui reviennent chaque semaine.",
        27,
        answered=(18, IdeaStatus.DONE, "Elle est sur le tableau : « Commande type »."),
    ),
    Proposed(
        29,
        150,
        "Pouvoir travailler sans tableau le vendredi après-midi.",
        19,
        answered=(
            33,
            IdeaStatus.DECLINED,
            "Les départs du lundi se préparent le vendredi : c'est là que le tableau compte le plus.",
        ),
    ),
    Proposed(47, 203, "Une minute par réunion pour ranger les cartes ensemble.", 3),
    Proposed(50, 12, "Des couleurs de cartes que les daltoniens distinguent aussi.", 2, named=True),
)


class Deeds:
    """Lives on beside the year; `week` is told of each page."""

    def __init__(self, rng: Random, project: Project, lead: Person) -> None:
        self._rng, self._project, self._lead = rng, project, lead
        self._proposed: dict[int, str] = {}

    def week(self, work: Work, number: int, page_of: str) -> None:
        """After the page of the ISO week `page_of` is out."""
        if number in TAKEN_IN and (action := work.actions.of_week(self._project.id, page_of)):
            acting.take(work, action, self._lead, (work.now + timedelta(weeks=TAKES)).date())
        for action in work.actions.of_project(self._project.id):
            if action.state is State.TAKEN and number - TAKES in TAKEN_IN:
                acting.finish(work, action, self._lead, DONE.get(action.subject, OTHERWISE))
            elif action.state is State.DONE and number - JUDGED in TAKEN_IN:
                self._judge(work, action.id)

    def _judge(self, work: Work, action_id: str) -> None:
        action = work.actions.find(action_id)
        assert action
        for _, person in work.projects.members(self._project.id):
            if acting.concern(work, action, person) and self._rng.random() < ANSWERS:
                said = self._rng.choice((Answer.GONE, Answer.GONE, Answer.LESS, Answer.LESS, Answer.STILL))
                acting.answer(work, action, person, said)

    def board(self, work: Work, number: int, people: Sequence[str]) -> None:
        """Ideas come, are supported, and are answered, in the company's week `number`."""
        for place, idea in enumerate(IDEAS):
            if idea.week == number:
                kept = board.propose(
                    work,
                    self._project.id,
                    work.people.get(people[idea.author]),
                    idea.text,
                    named=idea.named,
                    consent=True,
                )
                self._proposed[place] = kept.id
                for person in self._rng.sample(list(people), idea.support):
                    board.support(work, kept.id, person)
            if idea.answered and idea.answered[0] == number:
                _, status, reason = idea.answered
                board.answer(work, self._proposed[place], self._lead.id, status.value, reason)
