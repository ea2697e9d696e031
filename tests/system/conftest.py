import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))


@pytest.fixture
def seed(request):
    """A random generator whose seed is printed when the test fails."""
    value = random.randrange(1 << 32)
    print(f'seed {value}')
    return random.Random(value)
