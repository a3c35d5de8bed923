from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from content.stages import Stage
from nudges.content import options, packs
from nudges.eligibility import Facts, fitting
from nudges.pack import After, Pack

PACK = Pack.model_validate(
    {
        "blocker": "habit",
        "variants": {
            "cue": {"evidence": "As measured once.", "en": "{cue}, {action}", "fr": "{cue}, {action}"},
            "plain": {
                "evidence": "As measured once.",
                "en": "Try {tool}",
                "fr": "Essayer {tool}",
                "rest_days": 30,
            },
            "later": {
                "evidence": "As measured once.",
                "en": "Try {tool}",
                "fr": "Essayer {tool}",
                "for": "routine",
            },
            "tried": {
                "evidence": "As measured once.",
                "en": "Try {tool}",
                "fr": "Essayer {tool}",
                "stage": "tried",
            },
            "missed": {
                "evidence": "As measured once.",
                "en": "{cue}, {action}",
                "fr": "{cue}, {action}",
                "after": "miss",
            },
        },
    }
)


def named(facts: Facts) -> list[str]:
    return [option.name.removeprefix("habit.") for option in fitting(PACK, facts)]


def test_the_first_message_of_a_routine_names_its_cue() -> None:
    assert named(Facts(routine=True, first=True)) == ["cue"]
    assert named(Facts(routine=True)) == ["cue", "plain", "later"]


def test_without_a_routine_nothing_names_one() -> None:
    assert named(Facts()) == ["plain"]


def test_words_for_a_stage_need_that_stage_to_be_known() -> None:
    assert named(Facts(stage=Stage.TRIED)) == ["plain", "tried"]
    assert named(Facts(stage=Stage.AWARE)) == ["plain"]


def test_words_after_a_miss_come_after_a_miss() -> None:
    assert "missed" in named(Facts(routine=True, after=After.MISS))
    assert "missed" not in named(Facts(routine=True, after=After.SILENCE))


def test_what_was_said_rests_and_silence_is_better_than_the_same_again() -> None:
    assert named(Facts(rested={"habit.plain": 29})) == []
    (option,) = fitting(PACK, Facts(rested={"habit.plain": 30}))
    assert option.rested == 30


def test_a_fix_is_spoken_of_once_it_was_made() -> None:
    for routine in (True, False):
        assert len(options(Blocker.ACCESS, Facts(routine=routine, after=After.FIX))) >= 2
        assert options(Blocker.ACCESS, Facts(routine=routine, after=After.SILENCE)) == []


@given(
    st.sampled_from(list(Blocker)),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, *Stage]),
    st.sampled_from([None, *After]),
    st.dictionaries(
        st.sampled_from([f"{b}.{k}" for b, p in packs().items() for k in p.variants]), st.integers(0, 400)
    ),
)
def test_no_fact_brings_out_words_that_do_not_fit(
    blocker: Blocker,
    routine: bool,
    first: bool,
    stage: Stage | None,
    after: After | None,
    rested: dict[str, int],
) -> None:
    facts = Facts(routine, first, stage, after, rested)
    for option in options(blocker, facts):
        chosen = packs()[blocker].variants[option.name.partition(".")[2]]
        assert routine or not chosen.needs_routine
        assert chosen.needs_routine or not (routine and first)
        assert not chosen.stage or stage in chosen.stage
        assert not chosen.after or after in chosen.after
        assert rested.get(option.name, 400) >= chosen.rest_days
