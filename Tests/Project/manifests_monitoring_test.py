"""Whether alerts and dashboard ask for what a running Raymesh tells, as a real Prometheus reads it; and whether the
Prometheus operator would take the manifests."""

import json
import re
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

import yaml
from cloudcoil.models.prometheus_operator import v1
from manifests import Manifests, rendered
from project import RAYMESH, ROOT, raymesh, read

DASHBOARD = json.loads(read("manifests/monitoring/dashboard.json"))
RULES = yaml.safe_load(read("manifests/monitoring/alerts.yaml"))["spec"]["groups"]
SELECTOR = re.compile(r"\b(?:raymesh|process)_[a-z0-9_]+\b(?:\{[^}]*\})?")
# One review of each kind that has series of its own.
REVIEWS = ["create.json", "create-conflict.json", "create-unreadable.json"]


def expressions():
    """Every expression of the dashboard, with the panel that has it and the labels that its legend names."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            labels = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            yield panel["title"], target["expr"].replace("$__rate_interval", "15s"), labels


def answers():
    """The queries of the page of operations, each with the question that it answers."""
    section = read("docs/operations.md").split("\n## Metrics\n")[1].split("\n## ")[0]
    for question, query in re.findall(r"^\| (.*\?) \| `(.*)` \|$", section, re.MULTILINE):
        yield question, re.sub(r"\[\d+\w\]", "[15s]", query), set()


def selectors():
    """What the alerts and the dashboard select, and where."""
    for where, expression, _ in expressions():
        yield from ((where, found) for found in SELECTOR.findall(expression))
    for group in RULES:
        for rule in group["rules"]:
            yield from ((rule["alert"], found) for found in SELECTOR.findall(rule["expr"]))


class Scraped(unittest.TestCase):
    """A Raymesh with its controller, one that manages its certificates, and a Prometheus that scrapes both."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.start_raymesh()
        cls.start_self_managed()
        cls.start_prometheus()

    @classmethod
    def start(cls, command):
        """A process that ends with the tests, and the lines that it says."""
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=cls.folder)
        cls.addClassCleanup(process.communicate)
        cls.addClassCleanup(process.kill)
        return process.stderr

    @classmethod
    def start_raymesh(cls):
        raymesh("certificates", "--host", "localhost", "--directory", str(cls.folder))
        # An API server that is not there: the controller tells what it tells all the same.
        context = {"name": "c", "context": {"cluster": "c"}}
        config = {
            "current-context": "c", "contexts": [context],
            "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}]}
        (cls.folder / "config").write_text(json.dumps(config), encoding="utf-8")
        said = cls.start([
            RAYMESH, "serve", "--controller", "--kubeconfig", "config", "--listen", "127.0.0.1:0", "--admin-listen",
            "127.0.0.1:0", "--log-format", "text", "--log-level", "notice", "--tls-certificate", "tls.crt", "--tls-key",
            "tls.key"])
        line = next(line for line in said if "webhook=" in line)
        [cls.admin] = re.findall(r"admin=http://(\S+)", line)
        [cls.webhook] = re.findall(r"webhook=https://(\S+)", line)

    @classmethod
    def start_self_managed(cls):
        """One that has nothing to serve with yet."""
        said = cls.start([
            RAYMESH, "serve", "--certificates", "self-managed", "--kubeconfig", "config", "--listen", "127.0.0.1:0",
            "--admin-listen", "127.0.0.1:0", "--log-format", "text", "--log-level", "notice"])
        line = next(line for line in said if "webhook=" in line)
        [cls.self_managed] = re.findall(r"admin=http://(\S+)", line)

    @classmethod
    def start_prometheus(cls):
        [program, _] = subprocess.run(
            ["hack/prometheus"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        scrape = {"job_name": "raymesh", "static_configs": [{"targets": [cls.admin, cls.self_managed]}]}
        config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": [scrape]}
        (cls.folder / "prometheus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        said = cls.start([
            program, "--config.file=prometheus.yaml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0"])
        address = re.compile(r"Listening on.* address=(127\S+)")
        cls.prometheus = next(found[0] for line in said if (found := address.findall(line)))
        next(line for line in said if "ready to receive web requests" in line)

    def ask(self, path, **parameters):
        url = f"http://{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]

    def review(self):
        for name in REVIEWS:
            body = ROOT / "Tests/Fixtures/webhook" / name
            subprocess.run(
                ["curl", "--silent", "--show-error", "--fail-with-body", "--cacert", "ca.crt", "--connect-to",
                 f"::{self.webhook}", "--header", "Content-Type: application/json", "--data-binary", f"@{body}",
                 "https://localhost/mutate?timeout=5s"], cwd=self.folder, capture_output=True)

    def missing(self):
        """The expressions that give nothing, or something without a label that the legend names."""
        for where, each, labels in [*expressions(), *answers()]:
            results = self.ask("query", query=each)["result"]
            if not results or not all(labels <= result["metric"].keys() for result in results):
                yield where, each

    def test_each_panel_shows_something_once_reviews_have_been_asked_for(self):
        """Rates want reviews between two scrapes."""
        end = time.monotonic() + 60
        while (missing := list(self.missing())) and time.monotonic() < end:
            self.review()
            time.sleep(0.2)
        self.assertEqual(missing, [])

    def test_each_selector_selects_something(self):
        self.test_each_panel_shows_something_once_reviews_have_been_asked_for()
        found = list(selectors())
        self.assertGreater(len(found), 40)
        for where, selector in found:
            # The status is that of a server in trouble.
            sane = selector.replace('code=~"5.."', 'code=~"2.."')
            self.assertTrue(self.ask("series", **{"match[]": sane}), f"{where}: {selector}")

    def test_a_process_has_one_start(self):
        """Else each scrape would look like another process."""
        starts = set()
        for _ in range(20):
            with urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=30) as answer:
                starts |= set(re.findall(r"^process_start_time_seconds (.*)$", answer.read().decode(), re.MULTILINE))
        self.assertEqual(len(starts), 1)

    def test_the_page_of_operations_has_answers(self):
        self.assertGreater(len(list(answers())), 9)

    def test_a_selector_of_what_is_not_told_is_found_out(self):
        for selector in ["raymesh_nothing_total", 'raymesh_leader{label="none"}']:
            self.assertEqual(SELECTOR.findall(selector), [selector])
            self.assertEqual(self.ask("series", **{"match[]": selector}), [])

    def test_every_metric_is_shown(self):
        told = urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=30).read().decode()
        metrics = set(re.findall(r"^# TYPE (\S+)", told, re.MULTILINE))
        shown = {re.sub(r"\{.*|_bucket\b", "", each) for _, each in selectors()}
        self.assertEqual(metrics - shown, set())


class Manifest(Manifests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monitoring = rendered(ROOT / "manifests/monitoring")

    def test_the_operator_s_definitions_know_every_field(self):
        for kind, model in [("PodMonitor", v1.PodMonitor), ("PrometheusRule", v1.PrometheusRule)]:
            manifest = self.monitoring[kind]
            read_back = model.model_validate(manifest).model_dump(by_alias=True, exclude_unset=True, mode="json")
            self.assertEqual(read_back, manifest, kind)

    def test_a_field_that_they_do_not_know_is_found_out(self):
        wrong = yaml.safe_load(yaml.safe_dump(self.monitoring["PodMonitor"]))
        wrong["spec"]["podMetricsEndpoints"][0]["pathh"] = "/"
        read_back = v1.PodMonitor.model_validate(wrong).model_dump(by_alias=True, exclude_unset=True, mode="json")
        self.assertNotEqual(read_back, wrong)

    def test_the_pods_are_found_and_let_prometheus_in(self):
        monitor = self.monitoring["PodMonitor"]
        self.assertEqual(monitor["metadata"]["namespace"], self.base["Namespace"]["metadata"]["name"])
        [endpoint] = monitor["spec"]["podMetricsEndpoints"]
        for pod, policy in zip(self.pods(), ["NetworkPolicy", "NetworkPolicy raymesh-controller"]):
            self.assertLessEqual(monitor["spec"]["selector"]["matchLabels"].items(), pod["metadata"]["labels"].items())
            [container] = pod["spec"]["containers"]
            ports = {each["name"]: each["containerPort"] for each in container["ports"]}
            self.assertIn(endpoint["port"], ports)
            [rule] = [each for each in self.self_managed[policy]["spec"]["ingress"]
                      if endpoint["port"] in [port["port"] for port in each["ports"]]]
            self.assertEqual(rule["from"], [{"namespaceSelector": {}}])
            annotations = pod["metadata"]["annotations"]
            self.assertEqual(annotations["prometheus.io/port"], str(ports[endpoint["port"]]))
            self.assertEqual(annotations["prometheus.io/path"], endpoint["path"])

    def test_the_dashboard_is_in_the_config_map_that_grafana_looks_for(self):
        config = self.monitoring["ConfigMap"]
        self.assertEqual(config["metadata"]["labels"]["grafana_dashboard"], "1")
        self.assertEqual(json.loads(config["data"]["raymesh.json"]), DASHBOARD)

    def test_the_panels_of_the_dashboard_do_not_overlap(self):
        cells = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            own = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            self.assertFalse(cells & own, panel["title"])
            cells |= own
        self.assertEqual(len({panel["id"] for panel in DASHBOARD["panels"]}), len(DASHBOARD["panels"]))


if __name__ == "__main__":
    unittest.main()
