from content.blockers import Blocker, Family
from content.catalog import Lang
from content.texts import texts


def test_every_obstacle_and_family_has_its_names_in_both_languages() -> None:
    wanted = {f"{group}.{label}" for group in ("blocker", "blocker_report") for label in Blocker}
    wanted |= {f"family.{family}" for family in Family}
    for lang in Lang:
        assert texts().keys(lang) == wanted


def test_an_obstacle_fits_on_an_option_of_every_platform() -> None:
    for lang in Lang:
        for label in Blocker:
            (name,) = texts().documents[lang].data["blocker"][label].splitlines()
            assert 0 < len(name) <= 75
