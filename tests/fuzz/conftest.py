"""What is fuzzed is read by the tests and by ``run.py``, which finds it beside itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
