"""What a Teams message shows, out of the HTML it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.teams.htmltext import readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>Je notais sur papier.</p><p>Maintenant, 2&nbsp;minutes.</p>",
            "Je notais sur papier.\n\nMaintenant, 2 minutes.",
        ),
        ("<div>une ligne<br>une autre</div>", "une ligne\nune autre"),
        (
            '<p>merci <at id="0">Karim Benali</at>, <strong>vraiment</strong></p>',
            "merci Karim Benali, vraiment",
        ),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ('<p>voilà <emoji id="smile" alt="🙂" title="Sourire"></emoji></p>', "voilà 🙂"),
        ("<ul><li>un</li><li>deux</li></ul>", "un\n\ndeux"),
        ('<p>texte</p><attachment id="1"></attachment>', "texte"),
        ("<style>p{}</style>texte", "texte"),
        ("pas de balise", "pas de balise"),
        ("<p>jamais fermé", "jamais fermé"),
        ("", ""),
    ],
)
def test_it_reads_as_people_see_it(html: str, text: str) -> None:
    assert readable(html) == text


@given(st.text(max_size=200))
def test_no_body_breaks_it(html: str) -> None:
    assert "\xa0" not in readable(html)
