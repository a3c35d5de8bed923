"""What a block of the port refuses to be."""

import pytest

from bot.platforms.port import Link, Table


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/d/abc",
        "",
        "https://",
        "https://a.fr/ x",
        "https://a.fr/|<x>",
    ],
)
def test_a_link_leads_to_a_web_address_only(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Link("The page", url)


@pytest.mark.parametrize(("columns", "rows"), [((), ()), (("a", "b"), (("1",),)), (("a",), (("1", "2"),))])
def test_every_row_of_a_table_has_a_cell_per_column(
    columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> None:
    with pytest.raises(ValueError, match="one cell per column"):
        Table("Title", columns, rows)
