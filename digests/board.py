"""A project's board of ideas: proposing, supporting, adding, joining, and a lead's answers. Nothing is sent from here."""

from collections.abc import Collection

from digests import acting
from digests.ideas import (
    LONGEST,
    LONGEST_COMMENT,
    LONGEST_REASON,
    SHORTEST,
    TOP,
    Line,
    Order,
    Problem,
    flaw,
    ordered,
    told,
)
from digests.page import Ideas
from digests.similar import THRESHOLD, likeness
from storage.models import ANSWERS, ON_BOARD, Idea, IdeaComment, IdeaStatus, Person, Role
from storage.work import Work

TEXT, REASON, COMMENT = "ideas.text", "ideas.reason", "idea_comments.text"


class Refused(Exception):
    """It cannot be taken as it is; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"refused: {problem}")


# ------------------------------------------------------------------ the author


def propose(work: Work, project_id: str, author: Person, text: str, *, named: bool, consent: bool) -> Idea:
    """Put exactly these words on the board; the author is the first to support them.

    Raises:
        Refused: with the problem.
    """
    if work.projects.member(project_id, author.id) is None:
        raise Refused(Problem.NOT_A_MEMBER)
    words = _words(text, SHORTEST, LONGEST)
    if not consent:
        raise Refused(Problem.NO_CONSENT)
    mine = [row for row in work.ideas.of_author(author.id) if row.project_id == project_id]
    if any(text_of(work, row).casefold().split() == words.casefold().split() for row in mine):
        raise Refused(Problem.TWICE)
    idea_id = work.ids.new()
    idea = Idea(
        id=idea_id,
        workspace_id=work.workspace_id,
        project_id=project_id,
        author_id=author.id,
        text=work.seal(TEXT, words, row=idea_id),
        named=named,
        status=IdeaStatus.OPEN,
        proposed_at=work.now,
    )
    work.ideas.add(idea)
    work.ideas.support(idea.id, author.id)
    return idea


def change(work: Work, idea_id: str, author_id: str, text: str, *, named: bool, consent: bool) -> Idea:
    """The author says it in other words, until a lead has answered.

    Raises:
        Refused: with the problem.
    """
    idea = _locked(work, idea_id)
    if idea.author_id != author_id:
        raise Refused(Problem.GONE)
    if idea.status is not IdeaStatus.OPEN:
        raise Refused(Problem.ANSWERED)
    words = _words(text, SHORTEST, LONGEST)
    if not consent:
        raise Refused(Problem.NO_CONSENT)
    idea.text, idea.named, idea.changed_at = work.seal(TEXT, words, row=idea.id), named, work.now
    return idea


def withdraw(work: Work, idea_id: str, author_id: str) -> Idea | None:
    """The words are gone for good, and so is all that hung on them. None if it is not theirs, or was gone."""
    idea = work.ideas.locked(idea_id)
    if idea is None or idea.author_id != author_id or idea.status is IdeaStatus.WITHDRAWN:
        return None
    idea.status, idea.reason = IdeaStatus.WITHDRAWN, None
    idea.text = work.seal(TEXT, "", row=idea.id)
    work.ideas.clear(idea.id)
    acting.end_of_idea(work, idea)
    return idea


def leave_behind(work: Work, author_id: str) -> list[Idea]:
    """Whoever is erased leaves what they have on boards there, signed by nobody; the ideas that had their name."""
    left = [idea for idea in work.ideas.of_author(author_id) if idea.status in ON_BOARD]
    signed = [idea for idea in left if idea.named]
    for idea in left:
        idea.author_id, idea.named = None, False
    work.session.flush()
    return signed


def alike(work: Work, idea: Idea, common: Collection[str]) -> Idea | None:
    """The idea on the board that says most nearly the same, if one does. `common`: words that all ideas have."""
    near = nearest(work, idea, common)
    return near[0][0] if near and near[0][1] >= THRESHOLD else None


def nearest(work: Work, idea: Idea, common: Collection[str]) -> list[tuple[Idea, float]]:
    """Every other idea of the board that is joined to none, the likest first, with how like it is."""
    roots = {each.root for each in work.ideas.on_board(idea.project_id)} - {idea.id, idea.joined_to}
    others = {root: found for root in roots if (found := work.ideas.find(root))}
    texts = {root: text_of(work, found) for root, found in others.items()}
    return [(others[root], like) for root, like in likeness(text_of(work, idea), texts, common)]


# ------------------------------------------------------------------ everybody


def seen(work: Work, idea_id: str, person_id: str) -> Idea | None:
    """The idea, if it is on the board of a project that the person is in."""
    idea = work.ideas.find(idea_id)
    if idea is None or idea.status not in ON_BOARD:
        return None
    return idea if work.projects.member(idea.project_id, person_id) else None


def support(work: Work, idea_id: str, person_id: str) -> bool:
    """Whether it is there to be supported; a second time changes nothing."""
    idea = seen(work, idea_id, person_id)
    if idea:
        work.ideas.locked(idea.id)
        work.ideas.support(idea.id, person_id)
    return idea is not None


def unsupport(work: Work, idea_id: str, person_id: str) -> bool:
    """Take one's support back, whatever of the group it was for; an author's own idea keeps theirs."""
    idea = seen(work, idea_id, person_id)
    if idea:
        group = work.ideas.group(root_of(work, idea).id)
        work.ideas.unsupport([each.id for each in group if each.author_id != person_id], person_id)
    return idea is not None


def comment(work: Work, idea_id: str, person_id: str, text: str) -> IdeaComment | None:
    """Keep what somebody adds, in the place of what they had added; nothing takes it back. None where nothing is left.

    Raises:
        Refused: with the problem.
    """
    idea = seen(work, idea_id, person_id)
    if idea is None:
        raise Refused(Problem.GONE)
    before = work.ideas.comment_of(idea.id, person_id)
    if before and not before.hidden and not text.strip():
        work.ideas.remove_comment(before)
        return None
    words = _words(text, 1, LONGEST_COMMENT)
    if before and before.hidden:
        raise Refused(Problem.GONE)
    added = before or IdeaComment(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        idea_id=idea.id,
        person_id=person_id,
        text="",
        hidden=False,
    )
    added.text, added.said_at = work.seal(COMMENT, words, row=added.id), work.now
    work.ideas.add_comment(added)
    return added


# ------------------------------------------------------------------ leads


def leads(work: Work, project_id: str, person_id: str) -> bool:
    place = work.projects.member(project_id, person_id)
    return place is not None and place.role is Role.LEAD


def answer(work: Work, idea_id: str, lead_id: str, answered: str, reason: str) -> bool:
    """Say publicly what becomes of an idea; whether that is another answer than before.

    What was looked after of it ends where it is not planned any more.

    Raises:
        Refused: with the problem. A no needs its reason.
    """
    idea = _to_decide(work, idea_id, lead_id)
    if answered not in set(ANSWERS):
        raise Refused(Problem.NO_ANSWER)
    status, words = IdeaStatus(answered), reason.strip()
    if status is IdeaStatus.DECLINED and not words:
        raise Refused(Problem.NO_REASON)
    if words:
        _words(words, 1, LONGEST_REASON)
    new = idea.status is not status
    idea.status, idea.decided_at = status, work.now
    idea.reason = work.seal(REASON, words, row=idea.id) if words else None
    if status is not IdeaStatus.PLANNED:
        acting.end_of_idea(work, idea)
    return new


def carry_out(work: Work, idea_id: str, said: str) -> Idea | None:
    """What was planned is done, in the words of who did it, which everybody reads; the idea, if it is planned still."""
    idea = work.ideas.locked(idea_id)
    if idea is None or idea.status is not IdeaStatus.PLANNED:
        return None
    idea.status, idea.decided_at = IdeaStatus.DONE, work.now
    idea.reason = work.seal(REASON, said, row=idea.id)
    return idea


def hide(work: Work, idea_id: str, lead_id: str, reason: str) -> Idea:
    """Take an idea off the board; its author reads why.

    Raises:
        Refused: with the problem. There must be a reason.
    """
    idea = _to_decide(work, idea_id, lead_id)
    if not reason.strip():
        raise Refused(Problem.NO_REASON)
    words = _words(reason, 1, LONGEST_REASON)
    idea.status, idea.decided_at = IdeaStatus.HIDDEN, work.now
    idea.reason = work.seal(REASON, words, row=idea.id)
    acting.end_of_idea(work, idea)
    return idea


def hide_comment(work: Work, comment_id: str, lead_id: str) -> Idea | None:
    """Take away what somebody added; the idea, or None where there is nothing to decide."""
    found = work.ideas.find_comment(comment_id)
    idea = work.ideas.find(found.idea_id) if found else None
    if found is None or idea is None or not leads(work, idea.project_id, lead_id):
        return None
    found.hidden = True
    return idea


def join(work: Work, idea_id: str, other_id: str) -> Idea | None:
    """From now on `idea_id`, with all that is joined to it, counts with `other_id`; what it counts with, or None."""
    for each in sorted({idea_id, other_id}):
        work.ideas.locked(each)
    idea, other = work.ideas.find(idea_id), work.ideas.find(other_id)
    if idea is None or other is None or idea.project_id != other.project_id:
        return None
    if idea.status not in ON_BOARD or other.status not in ON_BOARD:
        return None
    root = root_of(work, other)
    if idea.id in {root.id, other_id}:
        return None
    for counted in work.ideas.group(idea.id):
        counted.joined_to = root.id
    return root


def separate(work: Work, idea_id: str) -> Idea | None:
    """The idea stands by itself again; None where it did."""
    idea = work.ideas.locked(idea_id)
    if idea is None or idea.joined_to is None:
        return None
    idea.joined_to = None
    return idea


# ------------------------------------------------------------------ reading


def lines(work: Work, project_id: str, order: Order) -> list[Line]:
    """The board, each idea with those joined to it as one."""
    supports = work.ideas.supports(project_id)
    return ordered(
        [
            Line(each.id, each.status is IdeaStatus.OPEN, each.proposed_at, told(supports.get(each.id, 0)))
            for each in work.ideas.on_board(project_id)
            if each.root == each.id
        ],
        order,
    )


def for_page(work: Work, project_id: str) -> Ideas | None:
    """What a digest shows of the board; None while there is nothing on it."""
    listed = lines(work, project_id, Order.TOP)
    waiting = sum(line.open for line in listed)
    return Ideas(open=waiting, top=tuple(line.id for line in listed[:TOP])) if listed else None


def root_of(work: Work, idea: Idea) -> Idea:
    """What the idea is joined to, while that is on the board; else itself."""
    root = work.ideas.find(idea.joined_to) if idea.joined_to else None
    return root if root and root.status in ON_BOARD else idea


def concerned(work: Work, idea: Idea) -> frozenset[str]:
    """Everybody who proposed, supports or added something: the ids of those who are told of an answer."""
    ids = [each.id for each in work.ideas.group(idea.id)]
    added = frozenset(each.person_id for each in work.ideas.comments(ids))
    return work.ideas.supporters(ids) | added


def text_of(work: Work, idea: Idea) -> str:
    """The author's exact words."""
    return work.open(TEXT, idea.text, row=idea.id)


def reason_of(work: Work, idea: Idea) -> str:
    """The lead's exact words; empty if there are none."""
    return work.open(REASON, idea.reason, row=idea.id) if idea.reason else ""


def comment_text(work: Work, added: IdeaComment) -> str:
    return work.open(COMMENT, added.text, row=added.id)


def _locked(work: Work, idea_id: str) -> Idea:
    idea = work.ideas.locked(idea_id)
    if idea is None or idea.status not in ON_BOARD:
        raise Refused(Problem.GONE)
    return idea


def _to_decide(work: Work, idea_id: str, lead_id: str) -> Idea:
    idea = _locked(work, idea_id)
    if not leads(work, idea.project_id, lead_id):
        raise Refused(Problem.GONE)
    return idea


def _words(text: str, shortest: int, longest: int) -> str:
    words = text.strip()
    if problem := flaw(words, shortest, longest):
        raise Refused(problem)
    return words
