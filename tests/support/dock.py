"""A lead and a team of seven on the dock, for what happens between colleagues."""

from datetime import timedelta

from bot.platforms.port import TextReceived
from storage.models import Champion, Person, Role
from storage.work import Work
from tests.support.company import Company, pressable

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Dock(Company):
    """A lead and a team of seven on the dock."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.sandrine = self.hire("Sandrine Petit", Role.LEAD)
        names = (
            "Aude Martin",
            "Karim Benali",
            "Zoé Roux",
            "Paul Morel",
            "Léa Blanc",
            "Noé Faure",
            "Mia Girard",
        )
        self.team = [self.hire(name, team="Quai") for name in names]
        self.aude, self.karim, self.zoe = self.team[:3]

    def begin(self) -> None:
        self.command(self.sandrine, "adoption", "champions")
        self.press(self.sandrine, "Chercher des relais")

    def name(self, person: Person, names: str) -> None:
        self.fill(person, "champion.names", self.project.id, names=names)

    def everybody_names_aude_and_karim(self) -> None:
        for person in self.team:
            self.name(person, "Aude, Karim")

    def asked(self) -> Champion:
        """Aude, asked."""
        self.begin()
        self.everybody_names_aude_and_karim()
        self.later(15 * DAY)
        return self.row(self.aude)

    def begun(self) -> Champion:
        row = self.asked()
        self.press(self.aude, "Oui")
        self.press(self.sandrine, "Oui, avec plaisir")
        return row

    def row(self, person: Person) -> Champion:
        return next(row for row in self.work.champions.all(self.project.id) if row.person_id == person.id)

    def sees(self, person: Person) -> str:
        """Their conversation, with plain spaces."""
        return self.screens[person.id].text.replace("\u00a0", " ")

    def press_action(self, person: Person, action: str) -> None:
        """Press the latest button or option that does this."""
        for message_id, message in reversed(self.screens[person.id].shown.items()):
            for found, value, _ in pressable(message):
                if found == action:
                    self.press_raw(person, action, value, message_id)
                    return
        raise AssertionError(f"{person.name} can press no {action}")

    def say(self, person: Person, words: str) -> None:
        self.router.handle(self.work, TextReceived(**self._event(person), text=words))
        self.deliver()

    def kinds(self, person: Person) -> list[str]:
        return self.screens[person.id].kinds()
