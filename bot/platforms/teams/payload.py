"""What a card's actions carry: written by `render`, read back by `inbound`.

`{"kind": "press", "action", "value", "label"}`: a button. `{"kind": "pick", "action", "input"}`: the value is the input of
that id. `{"kind": "form", "form", "context"}`: the values are the inputs whose ids start with `FIELD_PREFIX`.
"""

from typing import Final

PRESS: Final = "press"
PICK: Final = "pick"
FORM: Final = "form"
KEY: Final = "key"
"""In whatever a card carries: what its message was sent under, so that two copies of it are known as one."""
FIELD_PREFIX: Final = "field."
