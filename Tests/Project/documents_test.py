"""Whether the documents say what is so: flags, commands and limits as the binary has them, output as it prints it, and
links that lead somewhere."""

import os
import re
import subprocess
import unittest

from project import RAYMESH, ROOT, flags, package, raymesh, read, rows, variable

README = read("README.md")
REFERENCE = read("docs/reference.md")


class Filters(unittest.TestCase):
    """`swift test --filter` matches `Target.Suite/test`. If nothing matches, it silently runs no tests."""

    def test_each_filter_that_is_shown_finds_tests(self):
        suites = set()
        for path in ROOT.glob("Tests/*Tests/**/*.swift"):
            target = path.relative_to(ROOT / "Tests").parts[0]
            names = re.findall(r"\b(?:struct|class) (\w+Tests)\b", path.read_text("utf-8"))
            suites |= {f"{target}.{name}" for name in names}
        shown = [pattern for page in ["README.md", "CONTRIBUTING.md", *(
            str(page.relative_to(ROOT)) for page in ROOT.glob("docs/*.md"))]
            for pattern in re.findall(r"--filter ([\w./]+)", read(page))]
        self.assertTrue(shown)
        for pattern in shown:
            self.assertTrue(any(re.search(pattern, suite) for suite in suites), pattern)


class Flags(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.table = {row[0]: row for row in rows(REFERENCE, 4) if row[0].startswith("--")}
        cls.help = " ".join(raymesh("serve", "--help").split())

    def test_the_table_lists_the_server_s_flags_and_their_variables(self):
        self.assertEqual(list(self.table), [f"--{flag}" for flag in flags("serve")])
        for flag, row in self.table.items():
            self.assertEqual(row[1], variable(flag[2:]))

    def test_defaults_are_those_of_the_help(self):
        checked = 0
        for flag, row in self.table.items():
            # The one that takes no value has none by default.
            if flag == "--controller":
                continue
            end = r"(?= --[a-z]| OPTIONS:| LIMITS| CONTROLLER| PLANNING)"
            [described] = re.findall(rf"{flag} <[^>]+> (.*?){end}", self.help)
            stated = re.findall(r"\(default: ([^()]*)\)", described)
            if stated and flag != "--threads":
                self.assertEqual(row[2], stated[0], flag)
                checked += 1
        self.assertGreater(checked, 4)

    def test_each_variable_is_read(self):
        for flag in flags("serve"):
            given = {"RAYMESH_TLS_CERTIFICATE": "/dev/null", "RAYMESH_TLS_KEY": "/dev/null"}
            environment = os.environ | given | {variable(flag): "?nowhere"}
            run = subprocess.run([RAYMESH, "serve"], env=environment, capture_output=True, text=True, timeout=30)
            self.assertNotEqual(run.returncode, 0, flag)
            # The certificate is read first, and is none; a client's name may be anything.
            if flag not in ("tls-key", "client-ca", "client-name"):
                self.assertIn("?nowhere", run.stderr, flag)

    def test_the_offline_commands_plan_with_the_same_flags(self):
        planning = [flag for flag in flags("serve") if flag in ("cluster-domain", "node-address-wait", "maximum-ports")]
        self.assertEqual(len(planning), 3)
        for command in ["render", "explain", "review"]:
            self.assertLessEqual(set(planning), set(flags(command)))


class Commands(unittest.TestCase):
    def test_the_table_lists_every_command(self):
        subcommands = raymesh("--help").split("SUBCOMMANDS:")[1]
        known = re.findall(r"^  ([a-z]+)\s{2,}", subcommands, re.MULTILINE)
        listed = [row[0].split()[1] for row in rows(README, 2) if row[0].startswith("raymesh ")]
        self.assertEqual(sorted(listed), sorted(known))


class Rays(unittest.TestCase):
    def test_the_table_names_the_rays_that_make_tries(self):
        tried = dict(re.findall(r"^((?:MATRIX_)?RAYS) \?= (.*)$", read("Makefile"), re.MULTILINE))
        [[_, few, more]] = [row for row in rows(read("CONTRIBUTING.md"), 3) if row[0] == "Rays"]
        versions = re.compile(r"\d+\.\d+\.\d+|newest")
        first = set(versions.findall(few.split(";")[0]))
        self.assertEqual(first, set(tried["RAYS"].split()))
        self.assertEqual(first | set(versions.findall(more)), set(tried["MATRIX_RAYS"].split()))


class Output(unittest.TestCase):
    """What the README shows as output, between its elisions, is in the output in that order."""

    @classmethod
    def setUpClass(cls):
        cls.rendered = raymesh("render", str(ROOT / "manifests/samples/raycluster.yaml"))
        cls.sample = read("manifests/samples/raycluster.yaml")

    def assert_in_order(self, pieces, text):
        start = 0
        for piece in pieces:
            found = text.find(piece, start)
            self.assertGreaterEqual(found, 0, piece)
            start = found + len(piece)

    def test_the_difference_is_what_render_makes(self):
        [block] = re.findall(r"```diff\n(.*?)```", README, re.DOTALL)
        after = "".join(line[1:] + "\n" for line in block.splitlines())
        self.assert_in_order(after.split("…\n"), self.rendered)
        before = "".join(line[1:] + "\n" for line in block.splitlines() if line.startswith(" "))
        self.assertIn(before, self.sample)

    def test_render_only_adds_to_the_sample(self):
        rest = iter(self.rendered.splitlines())
        for line in self.sample.splitlines():
            self.assertIn(line, rest)

    def test_the_service_is_what_render_makes(self):
        [block] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
        self.assert_in_order(block.split("  …\n"), self.rendered.split("---\n")[1])

    def test_the_explanation_is_what_explain_prints(self):
        [block] = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
        # As in the README, where the sample is named by its path in the project.
        run = subprocess.run(
            [RAYMESH, "explain", "manifests/samples/raycluster.yaml"], cwd=ROOT, check=True, capture_output=True,
            text=True)
        self.assertEqual(block, run.stdout)


class Limits(unittest.TestCase):
    def test_the_table_gives_the_server_s_limits(self):
        source = read("Sources/HTTP/Server/HTTPLimits.swift")
        limits = dict(re.findall(r"public var (\w+) = (.*)", source))
        table = {row[0]: row[2] for row in rows(REFERENCE, 4) if row[1].startswith("--")}

        def seconds(name):
            return re.sub(r"Duration\.seconds\((\d+)\)", r"\1 s", limits[name])

        head, body = (limits[name].removesuffix(" * 1024") for name in ["head", "body"])
        self.assertEqual(table["request body"], body.removesuffix(" * 1024") + " MiB")
        self.assertEqual(table["request head"], f"{head} KiB, {limits['fields']} fields")
        for row, name in [
            ("TLS handshake", "handshake"),
            ("request head, from its first byte", "headTime"),
            ("request body, from the end of the head", "bodyTime"),
            ("time for the client to take a reply", "write"),
            ("idle between two requests", "idle"),
        ]:
            self.assertEqual(table[row], seconds(name), row)


class Doctor(unittest.TestCase):
    def table(self, heading):
        """The rows below a heading's, up to the table's end."""
        return [row for row in rows(REFERENCE.split(f"| {heading} |")[1].split("\n\n")[0], 3)]

    def test_the_tables_list_its_flags_checks_and_severities(self):
        self.assertEqual(
            sorted(row[0][2:] for row in self.table("doctor flag")), sorted(set(flags("doctor")) - {"help"}))
        source = read("Sources/Doctor/Report.swift")
        severities, checks = (
            [stated or name for name, stated in re.findall(r'^  case (\w+)(?: = "([\w-]+)")?$', part, re.MULTILINE)]
            for part in source.split("package enum ")[1:3])
        self.assertEqual([row[0] for row in self.table("check")], checks)
        self.assertEqual([row[0] for row in self.table("severity")], severities)


class Targets(unittest.TestCase):
    def test_the_architecture_page_gives_each_target_and_what_it_depends_on(self):
        targets = {each["name"]: each for each in package()["targets"]}
        libraries = {
            name for name, each in targets.items()
            if each["path"].startswith("Sources/") and each["module_type"] == "SwiftTarget" and name != "RaymeshCommand"
        }
        table = {}
        for line in read("docs/architecture.md").splitlines():
            match = re.fullmatch(r"\| `(\w+)` \| .* \| (.*) \|", line)
            if match:
                table[match[1]] = sorted(re.findall(r"`(\w+)`", match[2]))
        self.assertEqual(table, {name: sorted(targets[name].get("target_dependencies", [])) for name in libraries})


class Links(unittest.TestCase):
    def test_links_within_the_project_lead_somewhere(self):
        pages = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
            check=True, capture_output=True, text=True).stdout.split()
        self.assertGreater(len(pages), 3)
        for page in pages:
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", read(page)):
                if not target.startswith("http"):
                    self.assertTrue((ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}")


if __name__ == "__main__":
    unittest.main()
