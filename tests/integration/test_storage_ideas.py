"""Ideas in the database: who supports what is joined, and what stays when something goes."""

import pytest
from sqlalchemy import select

from bot.presenters.idea_words import standing
from content.catalog import Lang, Voice
from content.markup import plain
from digests import board
from digests.board import Refused
from digests.ideas import Order, Problem
from projects.service import load_project
from storage.models import Idea, IdeaPlace, IdeaSupport, Person, Project
from storage.repositories.ideas import Shown
from storage.work import Work
from tests.support.chat import FILE

pytestmark = pytest.mark.both_databases


@pytest.fixture
def project(work: Work) -> Project:
    return load_project(work, FILE)


def _member(work: Work, project: Project, name: str) -> Person:
    person = work.people.ensure(name, name)
    work.projects.join(project.id, person.id)
    return person


def _idea(work: Work, project: Project, author: Person, text: str) -> Idea:
    return board.propose(work, project.id, author, text, named=False, consent=True)


def test_joining_ideas_tells_nothing_of_who_supports_the_lesser_one(work: Work, project: Project) -> None:
    """Seven people are for one of the two: a sum would say that the author of the first is none of six. Told are fives."""
    people = [_member(work, project, f"p{n}") for n in range(7)]
    first = _idea(work, project, people[0], "Une tablette au quai")
    second = _idea(work, project, people[1], "Fermer le vieux dossier")
    for person in people[1:]:
        board.support(work, second.id, person.id)
    assert work.ideas.supports(project.id) == {first.id: 0, second.id: 5}
    assert board.join(work, second.id, first.id) is first
    work.session.flush()
    assert work.ideas.supports(project.id) == {first.id: 5}
    assert [line.id for line in board.lines(work, project.id, Order.NEW)] == [first.id]
    assert board.concerned(work, first) == {person.id for person in people}
    board.withdraw(work, first.id, people[0].id)
    work.session.flush()
    assert work.ideas.supports(project.id) == {second.id: 5}


def test_what_a_board_says_of_supporters_is_at_most_four_off_while_they_come_and_go(
    work: Work, project: Project
) -> None:
    people = [_member(work, project, f"p{n}") for n in range(12)]
    idea = _idea(work, project, people[0], "Une tablette au quai")
    said: dict[int, set[str]] = {}
    for goal in (12, 1, 9, 4, 8, 1):
        while (now := len(work.ideas.supporters([idea.id]))) != goal:
            if now < goal:
                board.support(work, idea.id, people[now].id)
            else:
                board.unsupport(work, idea.id, people[now - 1].id)
            told = work.ideas.supports(project.id)[idea.id]
            now = len(work.ideas.supporters([idea.id]))
            assert abs(now - told) <= 4
            said.setdefault(now, set()).add(
                plain(standing(Voice(Lang.ENGLISH), idea, told)).partition(" ·")[0]
            )
    few, five = "Fewer than 5 supporters when last counted", "5 supporters when last counted"
    assert said[4] == {few, five}, "on the way up, and on the way down"
    assert said[1] == {five}, "so five may be one"
    assert said[9] == {five, "10 supporters when last counted"}


def test_what_is_joined_to_a_joined_one_goes_along_and_nothing_goes_in_a_circle(
    work: Work, project: Project
) -> None:
    author = _member(work, project, "p")
    a, b, c = (_idea(work, project, author, f"Une idée numéro {n}") for n in range(3))
    assert board.join(work, a.id, b.id) is b
    assert board.join(work, b.id, a.id) is None
    assert board.join(work, b.id, c.id) is c
    work.session.flush()
    assert {each.root for each in work.ideas.on_board(project.id)} == {c.id}
    assert board.separate(work, b.id) is b
    assert board.separate(work, b.id) is None
    assert board.join(work, a.id, a.id) is None


def test_it_takes_one_of_the_project_and_its_own_words(work: Work, project: Project) -> None:
    author, stranger = _member(work, project, "p"), work.people.ensure("s", "s")
    idea = _idea(work, project, author, "Une tablette au quai")
    for refused, problem in (
        (lambda: _idea(work, project, stranger, "Une autre idée"), Problem.NOT_A_MEMBER),
        (lambda: _idea(work, project, author, "une  TABLETTE au quai"), Problem.TWICE),
        (lambda: board.hide(work, idea.id, author.id, "Parce que."), Problem.GONE),
        (lambda: board.comment(work, idea.id, author.id, "x" * 301), Problem.TOO_LONG),
    ):
        with pytest.raises(Refused) as caught:
            refused()
        assert caught.value.problem is problem


def test_with_its_author_goes_all_that_hangs_on_it(work: Work, project: Project) -> None:
    author, lea = _member(work, project, "p"), _member(work, project, "lea")
    idea = _idea(work, project, author, "Une tablette au quai")
    board.support(work, idea.id, lea.id)
    board.comment(work, idea.id, lea.id, "Oui.")
    work.ideas.place([Shown(idea.id, lea.id, "k"), Shown(idea.id, lea.id, "k")])
    assert len(work.ideas.places(idea.id)) == 1
    work.personal.forget(author)
    for model in (Idea, IdeaSupport, IdeaPlace):
        assert work.session.scalars(select(model.id)).all() == []
    assert work.ideas.comments_by(lea.id) == []
