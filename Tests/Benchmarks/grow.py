#!/usr/bin/env python3
"""Grows a review to about that many bytes, as real ones grow: by its managed fields."""

import argparse
import json
import sys


def grow(review, size):
    """The review's text. What is added stands in `metadata.managedFields`, of which an API server sends very many."""
    fields = review["request"]["object"]["metadata"].setdefault("managedFields", [])
    missing = size - len(json.dumps(review, separators=(",", ":")))
    number = 0
    while missing > 0:
        entry = {
            "manager": f"manager-{number}", "operation": "Update", "apiVersion": "ray.io/v1", "fieldsType": "FieldsV1",
            "fieldsV1": {"f:spec": {"f:workerGroupSpecs": {f"f:field-{number}-{each}": {} for each in range(20)}}}}
        fields.append(entry)
        missing -= len(json.dumps(entry, separators=(",", ":"))) + 1
        number += 1
    return json.dumps(review, separators=(",", ":"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("review")
    parser.add_argument("size", type=int)
    parser.add_argument("--resource", help="say that it is another resource's")
    options = parser.parse_args()
    with open(options.review) as file:
        text = file.read()
    if options.resource:
        review = json.loads(text)
        review["request"]["resource"]["resource"] = options.resource
        text = json.dumps(review, separators=(",", ":"))
    sys.stdout.write(text if len(text) >= options.size else grow(json.loads(text), options.size))


if __name__ == "__main__":
    main()
