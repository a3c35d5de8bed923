from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from nudges.testimonials import (
    ANSWERABLE,
    PER_CHAMPION,
    PER_STORY,
    Near,
    Story,
    first_name,
    has_room,
    matching,
    same_words,
    signature,
)

NOWHERE = Near()
TODAY = date(2026, 11, 24)
PEOPLE = st.sampled_from(["karim", "aude", "lea"])
STORIES = st.lists(
    st.builds(
        Story,
        id=st.sampled_from([f"s{n}" for n in range(8)]),
        root=st.sampled_from(["r1", "r2", "r3", "r4"]),
        author_id=PEOPLE,
        blockers=st.lists(
            st.sampled_from([Blocker.TRUST, Blocker.TIME, Blocker.HABIT]), min_size=1, max_size=2, unique=True
        ).map(tuple),
        expires_on=st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n)),
        told_on=st.integers(0, 30).map(lambda n: TODAY - timedelta(days=n)),
        lang=st.sampled_from(["fr", "en"]),
        author=st.builds(Near, st.sampled_from([None, "planner"]), st.sampled_from([None, "quay"])),
        effort=st.booleans(),
        measured=st.booleans(),
        times_shared=st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda story: story.id,
)
OBSTACLES = st.lists(st.sampled_from([Blocker.TRUST, Blocker.TIME]), max_size=2, unique=True)


@given(stories=STORIES, person=PEOPLE, obstacles=OBSTACLES)
def test_everybody_hears_each_fitting_story_once_whatever_its_words_and_never_their_own(
    stories: list[Story], person: str, obstacles: list[Blocker]
) -> None:
    heard: list[Story] = []
    while story := matching(
        stories,
        person_id=person,
        obstacles=obstacles,
        heard=frozenset(s.root for s in heard),
        lang="fr",
        today=TODAY,
    ):
        heard.append(story)
        assert len(heard) <= len(stories)
    assert len({story.root for story in heard}) == len(heard)
    wanted = {
        s.root
        for s in stories
        if set(s.blockers) & set(obstacles) and s.author_id != person and s.expires_on >= TODAY
    }
    assert {story.root for story in heard} == wanted


def told(id_: str, **changes: object) -> Story:
    usual = {
        "root": id_,
        "author_id": "aude",
        "blockers": (Blocker.TRUST,),
        "expires_on": TODAY,
        "told_on": TODAY,
        "lang": "fr",
    }
    return Story(id_, **{**usual, **changes})  # type: ignore[arg-type]


def first(
    *stories: Story, obstacles: tuple[Blocker, ...] = (Blocker.TRUST,), near: Near = NOWHERE
) -> str | None:
    found = matching(
        stories,
        person_id="karim",
        obstacles=obstacles,
        heard=frozenset(),
        lang="fr",
        today=TODAY,
        near=near,
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
    assert first(told("a"), told("b", blockers=(Blocker.TIME,)), obstacles=both) == "b"


def test_somebody_nearer_goes_first_by_role_then_by_team() -> None:
    karim = Near("planner", "quay")
    authors = [Near("planner", "quay"), Near("planner", "sales"), Near("clerk", "quay"), Near("clerk", None)]
    assert [karim.distance(author) for author in authors] == [0, 1, 2, 3]
    told_by = [
        told(str(place), author=author, times_shared=9 - place) for place, author in enumerate(authors)
    ]
    for place in range(4):
        assert first(*reversed(told_by[place:]), near=karim) == str(place)
    assert Near().distance(Near()) == 3, "what is not known is not the same"


def test_where_leaders_are_missed_one_of_them_is_heard_first() -> None:
    near, led = told("a", author=Near("planner", "quay")), told("b", leads=True, times_shared=5)
    assert first(near, led, near=Near("planner", "quay")) == "a", (
        "it makes no difference for any other obstacle"
    )
    about = {"blockers": (Blocker.MANAGEMENT,)}
    near, led = told("a", author=Near("planner", "quay"), **about), told("b", leads=True, **about)
    assert first(near, led, obstacles=(Blocker.MANAGEMENT,), near=Near("planner", "quay")) == "b"


def test_effort_goes_before_talent_and_a_counted_gain_before_words_where_the_gain_is_in_doubt() -> None:
    assert first(told("a"), told("b", effort=True, times_shared=5)) == "b"
    benefit = {"blockers": (Blocker.BENEFIT,)}
    measured = (told("a", **benefit), told("b", measured=True, times_shared=5, **benefit))
    assert first(*measured, obstacles=(Blocker.BENEFIT,)) == "b"
    assert first(told("a"), told("b", measured=True, times_shared=5)) == "a"


def test_a_story_on_two_obstacles_is_told_for_either() -> None:
    both = told("b", blockers=(Blocker.TIME, Blocker.TRUST))
    assert first(both) == "b"
    assert first(both, obstacles=(Blocker.HABIT,)) is None


@given(given=st.lists(st.sampled_from(["s1", "s2", "s3"]), max_size=30))
def test_a_week_never_holds_more_than_its_caps(given: list[str]) -> None:
    """All three stories are one author's."""
    counted: Counter[str] = Counter()
    for story in given:
        if has_room(counted[story], counted.total()):
            counted[story] += 1
    assert all(times <= PER_STORY for times in counted.values())
    assert counted.total() <= PER_CHAMPION


def test_the_same_words_are_the_same_whatever_their_spaces_and_capitals() -> None:
    assert same_words("Je note\n tout.", "je  NOTE tout.")
    assert not same_words("je note tout", "je note tout.")


def test_names_are_told_as_chosen() -> None:
    assert signature("Aude Martin", "Sales", full=True) == "Aude Martin, Sales"
    assert signature("Aude Martin", "Sales", full=False) == "Aude, Sales"
    assert signature("Aude Martin", None, full=False) == "Aude"
    assert first_name(" ") == " "
    assert Blocker.ACCESS not in ANSWERABLE
    assert Blocker.NONE not in ANSWERABLE
