"""The manual page, held against mandoc and against the program's help; completions, held against their shells."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import RAYMESH, ROOT, flags, raymesh

COMMANDS = ["serve", "control", "render", "explain", "review", "ask", "doctor", "certificates"]


class Made(unittest.TestCase):
    """What a script of hack/ makes, in a folder of its own."""

    script = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run(
            [ROOT / "hack" / cls.script, RAYMESH, cls.folder], check=True, capture_output=True, env=environment)

    def ask(self, *command, **options):
        """What a program prints; an error if it complains."""
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
        self.assertEqual((run.returncode, run.stderr), (0, ""), run.stdout)
        return run.stdout


class Manual(Made):
    script = "man-page"

    def test_it_is_as_mandoc_wants_it(self):
        self.assertEqual(self.ask("mandoc", "-T", "lint", "-W", "warning", self.folder / "raymesh.1"), "")

    def test_it_has_each_command_with_each_flag_and_ends_with_the_exit_codes(self):
        page = self.ask("mandoc", "-T", "ascii", "-O", "width=500", self.folder / "raymesh.1")
        # Overstruck, as for a terminal of old.
        plain = "".join(c for i, c in enumerate(page) if c != "\b" and page[i + 1:i + 2] != "\b")
        parts = plain.split("\n   raymesh ")
        self.assertEqual([part.split("\n")[0] for part in parts[1:]], COMMANDS)
        for command, part in zip(COMMANDS, parts[1:]):
            for flag in set(flags(command)) - {"help"}:
                self.assertIn(f"\n     --{flag}", part, command)
        self.assertIn("64 wrong usage", plain.split("EXIT STATUS")[1])
        self.assertIn("November 14, 2023", plain)


class Completions(Made):
    script = "completions"
    # What somebody has typed so far, and what must be offered then.
    TYPED = [("do", {"doctor"}), ("doctor --out", {"--output"}), ("doctor --output ", {"text", "json"})]

    def path(self):
        """A search path where the program has its own name."""
        (self.folder / "bin").mkdir(exist_ok=True)
        link = self.folder / "bin/raymesh"
        if not link.exists():
            link.symlink_to(Path(RAYMESH).resolve())
        return os.environ | {"PATH": f"{link.parent}:{os.environ['PATH']}", "HOME": str(self.folder)}

    def test_bash_completes_commands_flags_and_values(self):
        self.ask("bash", "-n", self.folder / "raymesh")
        for typed, expected in self.TYPED:
            words = ["raymesh", *typed.split(" ")]
            listed = " ".join(f"'{word}'" for word in words)
            offered = self.ask("bash", "--norc", "-c", f"""
                source '{self.folder}/raymesh'
                COMP_WORDS=({listed}) COMP_CWORD={len(words) - 1} COMP_TYPE=9 COMP_KEY=9
                COMP_LINE='raymesh {typed}' COMP_POINT={len(typed) + 8}
                _raymesh raymesh '{words[-1]}' '{words[-2]}'
                printf '%s\\n' "${{COMPREPLY[@]}}"
                """, env=self.path())
            self.assertEqual(set(offered.split()), expected, typed)

    def test_fish_completes_commands_flags_and_values(self):
        for typed, expected in self.TYPED:
            offered = self.ask(
                "fish", "--no-config", "-c", f"source '{self.folder}/raymesh.fish'; complete -C 'raymesh {typed}'",
                env=self.path())
            self.assertEqual({line.split("\t")[0] for line in offered.splitlines()}, expected, typed)

    def test_zsh_reads_its_own_and_finds_each_command_in_it(self):
        self.ask("zsh", "-n", self.folder / "_raymesh")
        text = (self.folder / "_raymesh").read_text()
        self.assertTrue(text.startswith("#compdef raymesh\n"))
        for command in COMMANDS:
            self.assertIn(f"'{command}:", text)
            self.assertIn(f"_raymesh_{command}()", text)


class Commands(unittest.TestCase):
    def test_these_are_the_commands_that_there_are(self):
        listed = raymesh("--help").split("SUBCOMMANDS:")[1]
        self.assertEqual(re.findall(r"^  ([a-z]+)\s{2,}", listed, re.MULTILINE), COMMANDS)


if __name__ == "__main__":
    unittest.main()
