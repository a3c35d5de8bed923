"""Reading free text, quoting it, and hearing typed answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.blockers import Blocker
from content.catalog import Lang
from surveys.reading import LexiconReader, cue_patterns, distressed, lexicon
from surveys.reading_statements import statements
from surveys.words import QUOTE_LENGTH, telling_clause

READER = LexiconReader()
ACCEPT, OFFER = 0.75, 0.4

PLAIN = [
    ("fr", "pas le temps", Blocker.TIME),
    ("fr", "encore un outil de plus, on en a déjà dix", Blocker.OVERLOAD),
    ("fr", "j'ai oublié mon mot de passe", Blocker.ACCESS),
    ("fr", "ça ne correspond pas à notre métier", Blocker.FIT),
    ("fr", "personne ne l'utilise dans l'équipe", Blocker.PEERS),
    ("fr", "mon chef ne l'utilise pas", Blocker.MANAGEMENT),
    ("fr", "je sais pas comment faire, on m'a pas montré", Blocker.SKILLS),
    ("fr", "J'AI PAS LE RÉFLEXE, je fais par habitude", Blocker.HABIT),
    ("fr", "je vois pas l'intérêt", Blocker.BENEFIT),
    ("fr", "on ne nous a jamais expliqué pourquoi", Blocker.MEANING),
    ("fr", "on nous l'a imposé", Blocker.IMPOSED),
    ("fr", "j'ai l'impression d'être surveillé", Blocker.TRUST),
    ("fr", "peur de passer pour un idiot", Blocker.FEAR),
    ("en", "I just don't have the time", Blocker.TIME),
    ("en", "yet another tool, we have too many apps", Blocker.OVERLOAD),
    ("en", "I couldn't log in", Blocker.ACCESS),
    ("en", "it doesn't fit the way we work", Blocker.FIT),
    ("en", "nobody else uses it", Blocker.PEERS),
    ("en", "my boss still wants an email", Blocker.MANAGEMENT),
    ("en", "I don't know how to do it, never had training", Blocker.SKILLS),
    ("en", "force of habit", Blocker.HABIT),
    ("en", "I don't see the point", Blocker.BENEFIT),
    ("en", "nobody explained why", Blocker.MEANING),
    ("en", "it was forced on us", Blocker.IMPOSED),
    ("en", "they can see what I do, I feel watched", Blocker.TRUST),
    ("en", "I'm afraid it will replace me", Blocker.FEAR),
]

CONTRASTED = [
    ("fr", "ce n'est pas une question de temps, c'est que personne ne répond dessus", "time", Blocker.PEERS),
    ("fr", "c'est pas le temps qui manque, c'est que je sais pas comment faire", "time", Blocker.SKILLS),
    (
        "fr",
        "Ce n’est pas que je n’ai pas le temps, mais j’ai peur de passer pour un nul",
        "time",
        Blocker.FEAR,
    ),
    ("fr", "du temps, j'en ai. je vois pas l'intérêt", "time", Blocker.BENEFIT),
    ("fr", "ça n'a rien à voir avec l'habitude, je n'ai pas d'accès", "habit", Blocker.ACCESS),
    ("en", "It's not a question of time, it's that nobody else is on it", "time", Blocker.PEERS),
    ("en", "it isn't the time, I just don't trust where my data goes", "time", Blocker.TRUST),
    ("en", "Not that I don't have time, but I don’t know how to use it", "time", Blocker.SKILLS),
    ("en", "I've got time for a coffee while it loads", "time", Blocker.ACCESS),
    ("en", "It has nothing to do with training, it was forced on us", "skills", Blocker.IMPOSED),
]


@pytest.mark.parametrize(("lang", "text", "cause"), PLAIN)
def test_plain_words_are_read(lang: str, text: str, cause: Blocker) -> None:
    label, p = READER.read(text, Lang(lang)).top
    assert label is cause
    assert p >= OFFER


@pytest.mark.parametrize(("lang", "text", "refused", "cause"), CONTRASTED)
def test_a_cause_that_is_set_aside_is_not_read(lang: str, text: str, refused: str, cause: Blocker) -> None:
    reading = READER.read(text, Lang(lang))
    assert reading.top[0] is cause
    assert reading.probabilities[Blocker(refused)] < 0.1


def test_two_causes_are_both_read() -> None:
    reading = READER.read(
        "le pc est au bureau, et tout le monde voit ce que j'ai laissé traîner", Lang.FRENCH
    )
    assert {label for label, _ in reading.ranked[:2]} == {Blocker.ACCESS, Blocker.TRUST}
    assert sum(p for _, p in reading.ranked[:2]) >= ACCEPT


def test_the_other_language_is_read_too() -> None:
    assert READER.read("pas le temps", Lang.ENGLISH).top[0] is Blocker.TIME


@pytest.mark.parametrize("text", ["", "👍", "bof", "مرحبا", "dunno", "…"])
def test_what_says_nothing_is_uniform(text: str) -> None:
    assert READER.read(text, Lang.FRENCH).top[1] == pytest.approx(1 / len(Blocker))


@given(st.text(max_size=300), st.sampled_from(list(Lang)))
def test_any_text_gives_a_distribution(text: str, lang: Lang) -> None:
    reading = READER.read(text, lang)
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert set(reading.probabilities) == set(Blocker)


def test_forty_thousand_characters_are_read() -> None:
    assert READER.read("pas le temps " * 3200, Lang.FRENCH).top[0] is Blocker.TIME


def test_every_cause_has_cues_in_both_languages() -> None:
    for lang in Lang:
        assert set(lexicon(lang).cues) == set(Blocker)


DISTRESS = """
je me fais harceler / j’en peux plus / jen peux plu / je n en peux plus / chui au bout du rouleau
je fais une dépression / mon chef me hurle dessus / mon chef me rabaisse sans arrêt
je suis en arret maladie / je dors plus la nuit / j'ai un cancer / je suis sous antidépresseurs
il me touche les fesses / propos racistes de mon chef / la boule au ventre / je veux plus vivre
j'ai envie d'en finir / je craque / je pleure tous les soirs / on me met au placard / il m'a frappé
en conflit ouvert avec ma cheffe / j'ai fait une fausse couche / je suis suivi par un psy
j'ai porté plainte contre mon responsable / ma mère est morte la semaine dernière / I am being bullied
he humiliates me / burn-out / my manager screams at me / he keeps touching me
I don't want to live any more / I cut myself / I can't go on like this / signed off by the doctor
sexual harassement / I had a breakdown / I am sooo burnt out / I'm on medication for anxiety
my boss makes racist jokes about me / my mother died / I have filed a complaint against my manager
I'm afraid of my boss / he threatened me / I'm at my wits' end / I want to disappear
"""
ORDINARY = """
pas le temps, ça tombe au pire moment / je suis au bout du couloir / pour en finir avec les doublons
c'est l'enfer pour se connecter / menace de panne / mourir de rire / un conflit avec l'agenda Outlook
agressif comme interface / en arrêt quand la machine tombe / I forgot, sorry / it crashed on me
a conflict with my calendar / then it hit me, the tablet / I burned out the fuse
I'm at the end of the line on the dock / it kills me to type twice / I have no grievance against the tool
"""


def sentences(listed: str) -> list[str]:
    return [
        sentence.strip() for line in listed.splitlines() for sentence in line.split(" / ") if sentence.strip()
    ]


@pytest.mark.parametrize("text", sentences(DISTRESS))
def test_distress_is_noticed(text: str) -> None:
    assert distressed(text)


@pytest.mark.parametrize("text", sentences(ORDINARY))
def test_ordinary_trouble_is_not_distress(text: str) -> None:
    assert not distressed(text)


@pytest.mark.slow
def test_hardly_any_of_what_people_say_of_tools_is_taken_for_distress() -> None:
    said = statements()
    assert sum(distressed(item.text) for item in said) < 0.005 * len(said)


@given(st.text(max_size=300))
def test_a_quote_is_verbatim_and_short(text: str) -> None:
    quote = telling_clause(text)
    assert quote is None or (len(quote) <= QUOTE_LENGTH and quote.removesuffix("…").rstrip() in text)


def test_the_clause_without_the_excuse_is_quoted() -> None:
    excuses = cue_patterns(Lang.FRENCH, frozenset({Blocker.TIME}))
    text = "Pas le temps d'ouvrir le truc, ça tombe toujours au pire moment"
    assert telling_clause(text, excuses) == "ça tombe toujours au pire moment"
    assert telling_clause("Pas le temps", excuses) == "Pas le temps"
