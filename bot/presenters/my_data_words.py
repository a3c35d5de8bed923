"""The texts of `my data`, and what is said of the uses of one's data."""

from functools import cache
from importlib.resources import files

from bot.scene import Scene
from content.catalog import Catalog
from storage.models import WITHDRAWABLE, Purpose


@cache
def texts() -> Catalog:
    """Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("bot") / "texts" / "my_data")


def refused_by(scene: Scene) -> list[Purpose]:
    """What the scene's person said no to."""
    said = scene.work.consents.of(scene.person.id)
    return [purpose for purpose in WITHDRAWABLE if purpose in said and not said[purpose].given]


def purpose_name(scene: Scene, purpose: Purpose) -> str:
    return texts().text(f"uses.{purpose}.name", scene.voice)
