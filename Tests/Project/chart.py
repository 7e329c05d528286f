"""What Helm makes of the chart, for the tests of it: its own Go packages, without its program or a cluster."""

import helm_python as helm
import yaml
from project import ROOT

CHART = str(ROOT / "manifests/chart")
NAMESPACE = "raymesh-system"


def by_name(objects):
    """Objects by kind and name."""
    return {f"{each['kind']} {each['metadata']['name']}": each for each in objects}


def charted(values, namespace=NAMESPACE):
    """The objects of a release, by kind and name."""
    with helm.Chart.load(CHART) as chart:
        chart.validate_schema(values)
        files = chart.render(values, name="raymesh", namespace=namespace)
    texts = [text for name, text in files.items() if name.endswith(".yaml")]
    return by_name(each for text in texts for each in yaml.safe_load_all(text) if each)
