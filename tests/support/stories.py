"""A champion, a lead, and somebody whom a story may help."""

from bot.platforms.port import Form
from content.blockers import Blocker
from nudges import sharing
from storage import models
from storage.models import Person, Role, Testimonial
from storage.work import Work
from tests.support.company import Company

WORDS = "Je notais sur papier au quai. Maintenant je prends 2 minutes sur mon téléphone, et <le soir> je pars à l'heure."


class Loop(Company):
    """A champion, a lead, and Karim who does not trust the tool."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.aude = self.hire("Aude Martin", Role.CHAMPION, team="Ventes")
        self.sandrine = self.hire("Sandrine", Role.LEAD)
        self.karim = self.hire("Karim")
        self.found(self.karim, Blocker.TRUST)

    def context(self) -> str:
        return f"{self.project.id}|{sharing.expiry(self.work.now.date())}"

    def tell(self, author: Person | None = None, text: str = WORDS, **changed: str) -> None:
        values = {"text": text, "blocker": "trust", "naming": "first_name_team", "consent": "yes", **changed}
        self.fill(author or self.aude, "testimonial", self.context(), **values)

    @property
    def told(self) -> list[Testimonial]:
        return self.work.testimonials.of_author(self.aude.id, *models.TestimonialStatus)

    def published(self) -> Testimonial:
        self.tell()
        self.press(self.sandrine, "Approuver")
        return self.told[0]

    def sees(self, person: Person) -> str:
        return self.screens[person.id].text


def form_of(loop: Loop, person: Person) -> Form:
    (form,) = [block for block in loop.screens[person.id].last.blocks if isinstance(block, Form)]
    return form
