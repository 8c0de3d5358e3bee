"""Nothing loads pandas in vain, and the gate still has it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = """
import sys
from flows.runners import without_pandas
without_pandas()
without_pandas()
import duckdb, pyarrow
assert pyarrow.array(["a", None]).null_count == 1
assert duckdb.connect().execute("SELECT ?", ["a"]).fetchall() == [("a",)]
print("pandas" in sys.modules)
sys.modules["great_expectations"] = sys  # as while it is being imported
import pandas
print(pandas.DataFrame({"a": [1]}).a.sum())
"""


def test_pandas_is_loaded_with_the_gate_only():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["False", "1"], done.stderr
