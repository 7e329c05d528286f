"""Whether `make fixtures` writes the goldens as they are kept."""

import filecmp
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import RAYMESH, ROOT


class Fixtures(unittest.TestCase):
    def test_goldens_are_written_as_they_are_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ["golden", "explain"]:
                kept, written = ROOT / "Tests/Fixtures" / name, Path(folder) / name
                written.mkdir()
                for file in kept.glob("*.yaml"):
                    if not file.name.endswith(".service.yaml"):
                        shutil.copy(file, written)
            subprocess.run(
                [ROOT / "hack/fixtures", folder], check=True, env=os.environ | {"RAYMESH": str(RAYMESH)}, timeout=300)
            for name in ["golden", "explain"]:
                kept = ROOT / "Tests/Fixtures" / name
                names = sorted(file.name for file in kept.iterdir())
                self.assertGreater(len(names), 30)
                same, *others = filecmp.cmpfiles(kept, Path(folder) / name, names, shallow=False)
                self.assertEqual((sorted(same), *others), (names, [], []))


if __name__ == "__main__":
    unittest.main()
