from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from nudges.testimonials import ANSWERABLE, Story, first_name, matching, signature

TODAY = date(2026, 11, 24)
PEOPLE = st.sampled_from(["karim", "aude", "lea"])
STORIES = st.lists(
    st.builds(
        Story,
        id=st.sampled_from([f"s{n}" for n in range(8)]),
        author_id=PEOPLE,
        blocker=st.sampled_from([Blocker.TRUST, Blocker.TIME, Blocker.HABIT]),
        expires_on=st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n)),
        told_on=st.integers(0, 30).map(lambda n: TODAY - timedelta(days=n)),
        lang=st.sampled_from(["fr", "en"]),
        times_shared=st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda story: story.id,
)
OBSTACLES = st.lists(st.sampled_from([Blocker.TRUST, Blocker.TIME]), max_size=2, unique=True)


@given(stories=STORIES, person=PEOPLE, obstacles=OBSTACLES)
def test_everybody_hears_each_fitting_story_once_and_never_their_own(
    stories: list[Story], person: str, obstacles: list[Blocker]
) -> None:
    heard: list[Story] = []
    while story := matching(
        stories,
        person_id=person,
        obstacles=obstacles,
        heard=frozenset(s.id for s in heard),
        lang="fr",
        today=TODAY,
    ):
        heard.append(story)
        assert len(heard) <= len(stories)
    assert len({story.id for story in heard}) == len(heard)
    wanted = {
        s.id for s in stories if s.blocker in obstacles and s.author_id != person and s.expires_on >= TODAY
    }
    assert {story.id for story in heard} == wanted


def told(id_: str, **changes: object) -> Story:
    usual = {
        "author_id": "aude",
        "blocker": Blocker.TRUST,
        "expires_on": TODAY,
        "told_on": TODAY,
        "lang": "fr",
    }
    return Story(id_, **{**usual, **changes})  # type: ignore[arg-type]


def first(*stories: Story, obstacles: tuple[Blocker, ...] = (Blocker.TRUST,)) -> str | None:
    found = matching(
        stories, person_id="karim", obstacles=obstacles, heard=frozenset(), lang="fr", today=TODAY
    )
    return found.id if found else None


def test_the_least_shared_then_the_oldest_is_told_first() -> None:
    old = TODAY - timedelta(days=5)
    assert first(told("a", times_shared=1, told_on=old), told("b")) == "b"
    assert first(told("a"), told("b", told_on=old)) == "b"
    assert first(told("a"), told("b")) == "a"
    assert first() is None


def test_ones_own_language_and_main_obstacle_come_first() -> None:
    assert first(told("a", lang="en"), told("b", times_shared=9)) == "b"
    assert first(told("a", lang="en")) == "a"
    both = (Blocker.TIME, Blocker.TRUST)
    assert first(told("a"), told("b", blocker=Blocker.TIME), obstacles=both) == "b"


def test_names_are_told_as_chosen() -> None:
    assert signature("Aude Martin", "Sales", full=True) == "Aude Martin, Sales"
    assert signature("Aude Martin", "Sales", full=False) == "Aude, Sales"
    assert signature("Aude Martin", None, full=False) == "Aude"
    assert first_name(" ") == " "
    assert Blocker.ACCESS not in ANSWERABLE
    assert Blocker.NONE not in ANSWERABLE
