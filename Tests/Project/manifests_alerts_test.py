"""Whether each alert fires when it should and only then, as promtool works it out."""

import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml
from alerts import DISTRUST, FAILED, FIRES, QUIET, STARTED, grows
from project import ROOT, read

RULES = yaml.safe_load(read("manifests/monitoring/alerts.yaml"))["spec"]


def promtool(*arguments, folder):
    [_, program] = subprocess.run(
        ["hack/prometheus"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)


def case(alert, series, minutes, expected):
    """A test for promtool: after `minutes` minutes, the alert must be exactly as `expected`."""
    return {
        "interval": "1m", "name": alert,
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [{"eval_time": f"{minutes}m", "alertname": alert, "exp_alerts": expected}]}


class Alerts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        (cls.folder / "rules.yaml").write_text(yaml.safe_dump(RULES), encoding="utf-8")
        cls.rules = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}

    def assert_passes(self, tests):
        text = yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests})
        (self.folder / "test.yaml").write_text(text, encoding="utf-8")
        run = promtool("test", "rules", "test.yaml", folder=self.folder)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_promtool_takes_the_rules(self):
        run = promtool("check", "rules", "rules.yaml", folder=self.folder)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn(f"{len(self.rules)} rules found", run.stdout)

    def test_there_is_a_case_for_each(self):
        self.assertEqual(set(self.rules), set(FIRES))
        self.assertEqual(set(self.rules), set(QUIET))

    def test_each_fires_when_it_should_and_says_where(self):
        tests = []
        for alert, (series, labels, summary, minutes) in FIRES.items():
            rule = self.rules[alert]
            annotations = rule["annotations"] | {"summary": summary}
            expected = [{"exp_labels": labels | rule["labels"], "exp_annotations": annotations}]
            tests.append(case(alert, series, minutes, expected))
        self.assert_passes(tests)

    def test_none_fires_before_its_time(self):
        """But for those that need no time, at the start."""
        waits = {alert: rule["for"] for alert, rule in self.rules.items() if "for" in rule}
        self.assertGreater(len(waits), 10)
        self.assert_passes([
            case(alert, FIRES[alert][0], int(wait.removesuffix("m")) - 1, []) for alert, wait in waits.items()])

    def test_each_is_quiet_if_all_is_well(self):
        self.assert_passes([
            case(alert, series, minutes, []) for alert, series in QUIET.items() for minutes in [20, 60]])

    def test_each_way_to_be_distrusted_is_told(self):
        rule = self.rules["RaymeshNotTrusted"]
        expected = [{"exp_labels": rule["labels"], "exp_annotations": rule["annotations"]}]
        self.assert_passes([
            case("RaymeshNotTrusted", grows(f'{FAILED}{{listener="webhook", kind="{kind}"}}'), 7, expected)
            for kind in DISTRUST])

    def test_a_replica_that_has_just_started_has_no_long_queue(self):
        self.assert_passes([case("RaymeshQueue", STARTED, minutes, []) for minutes in [1, 5, 14]])

    def test_a_case_that_is_wrong_fails(self):
        run = None
        with self.assertRaises(AssertionError) as run:
            self.assert_passes([case("RaymeshAbsent", QUIET["RaymeshAbsent"], 20, [{"exp_labels": {}}])])
        self.assertIn("FAILED", str(run.exception))

    def test_each_has_a_severity_and_a_section_that_says_what_to_do(self):
        headings = [line.lstrip("# ") for line in read("docs/operations.md").splitlines() if line.startswith("#")]
        for alert, rule in self.rules.items():
            self.assertIn(rule["labels"]["severity"], ["critical", "warning"], alert)
            self.assertEqual(rule["annotations"]["runbook_url"], f"docs/operations.md#{alert.lower()}")
            self.assertIn(alert, headings)


if __name__ == "__main__":
    unittest.main()
