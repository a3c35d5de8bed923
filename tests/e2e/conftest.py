"""Failed assertions in the shared flows say what was compared."""

import pytest

pytest.register_assert_rewrite("tests.support.flows", "tests.support.loop")
