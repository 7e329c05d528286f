"""The policies on the webhook's own account, evaluated as an API server would: by another implementation of CEL."""

import functools

import cel
import yaml
from project import ROOT, read

FOLDER = "manifests/components/caller-policies"
WEBHOOK = "system:serviceaccount:raymesh-system:raymesh"


@functools.cache
def policy(name):
    """One of the files, as it is shipped."""
    return policies(read(f"{FOLDER}/{name}.yaml"))[0]


def policies(text):
    """The policies of a text, without their bindings."""
    return [each for each in yaml.safe_load_all(text) if each["kind"] == "ValidatingAdmissionPolicy"]


def files():
    """All of them."""
    return sorted(each.stem for each in (ROOT / FOLDER).glob("*.yaml") if each.stem != "kustomization")


class Request:
    """A write that reaches policies: who writes, what and over what."""

    def __init__(self, operation, new=None, old=None, user=WEBHOOK):
        metadata = (new or old)["metadata"]
        request = {
            "operation": operation, "name": metadata.get("name", ""), "namespace": metadata.get("namespace", ""),
            "userInfo": {"username": user}}
        self.context = {"object": new, "oldObject": old, "request": request}

    def refusals(self, policy):
        """The messages of the validations that fail, none if the policy does not match.

        An expression that cannot be evaluated fails, as the policies say.
        """
        spec = policy["spec"]
        assert spec["failurePolicy"] == "Fail"
        if not all(self.evaluate(each["expression"]) for each in spec.get("matchConditions", [])):
            return []
        variables = {}
        for each in spec.get("variables", []):
            # They are evaluated only if something needs them, so one that fails is simply not there.
            try:
                variables[each["name"]] = self.evaluate(each["expression"], variables)
            except Exception:
                continue
        return [each["message"] for each in spec["validations"] if not self.holds(each["expression"], variables)]

    def evaluate(self, expression, variables=None):
        return cel.evaluate(expression, self.context | {"variables": variables or {}})

    def holds(self, expression, variables):
        try:
            return self.evaluate(expression, variables) is True
        except Exception:
            return False
