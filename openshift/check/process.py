"""Processes an OpenShift template by the rules of `oc process --local`.

    python3 openshift/check/process.py openshift/template.yaml HOST=moltbook.example.com >objects.yaml

A value given for a parameter wins over its own; an empty one is made up if the parameter generates, and refused if it is
required. `${NAME}` in a string is replaced, also more than once; a string that is `${{NAME}}` and nothing else becomes the JSON value
that the parameter holds. The template's labels are put on every object.
"""

import json
import random
import re
import sys

import yaml

STRING = re.compile(r"\$\{([a-zA-Z0-9_]+?)\}")
WHOLE = re.compile(r"^\$\{\{([a-zA-Z0-9_]+?)\}\}$")
# A character class, and how many of it.
GENERATOR = re.compile(r"\[([^\]]+)\]\{(\d+)\}")
class Refused(Exception):
    """The template cannot be processed with these values."""


def generated(pattern):
    """A value that the expression of a parameter describes."""

    def of_class(match):
        letters = match[1].replace(r"\w", "a-zA-Z0-9_").replace(r"\d", "0-9")
        letters = re.sub("(.)-(.)", lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), letters)
        return "".join(random.choice(letters) for _ in range(int(match[2])))

    return GENERATOR.sub(of_class, pattern)


def values_of(template, given):
    """The value of every parameter."""
    parameters = {parameter["name"]: parameter for parameter in template.get("parameters", [])}
    unknown = sorted(set(given) - set(parameters))
    if unknown:
        raise Refused(f"unknown parameter: {', '.join(unknown)}")
    values = {}
    for name, parameter in parameters.items():
        value = given.get(name, parameter.get("value", ""))
        if not value and parameter.get("generate") == "expression":
            value = generated(parameter.get("from", ""))
        if not value and parameter.get("required"):
            raise Refused(f"{name}: parameter is required and must be specified")
        values[name] = value
    return values


def substituted(node, values):
    """The same with all parameters replaced. Names that are no parameters stay as they are."""
    if isinstance(node, dict):
        return {substituted(key, values): substituted(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [substituted(item, values) for item in node]
    if not isinstance(node, str):
        return node
    whole = WHOLE.match(node)
    if whole and whole[1] in values:
        try:
            return json.loads(values[whole[1]])
        except json.JSONDecodeError as error:
            raise Refused(f"{whole[1]}: {values[whole[1]]!r} is no JSON: {error}") from error
    return STRING.sub(lambda match: str(values.get(match[1], match[0])), node)


def process(template, given):
    """The objects of the template."""
    values = values_of(template, given)
    objects = []
    for item in template["objects"]:
        namespace = item.get("metadata", {}).get("namespace", "")
        if namespace and not STRING.search(namespace):
            del item["metadata"]["namespace"]
        item = substituted(item, values)
        labels = substituted(template.get("labels", {}), values)
        if labels:
            item.setdefault("metadata", {}).setdefault("labels", {}).update(labels)
        objects.append(item)
    return objects


def unused(template):
    """Parameters that no object refers to, and references that are no parameters."""
    text = json.dumps(template["objects"])
    used = set(re.findall(r"\$\{\{?([A-Z][A-Z0-9_]*)\}", text))
    names = {parameter["name"] for parameter in template.get("parameters", [])}
    return sorted(names - used), sorted(used - names)


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        template = yaml.safe_load(file)
    try:
        objects = process(template, dict(argument.split("=", 1) for argument in arguments[1:]))
    except Refused as refused:
        sys.exit(f"error: {refused}")
    yaml.safe_dump_all(objects, sys.stdout, sort_keys=False, allow_unicode=True)


if __name__ == "__main__":
    main(sys.argv[1:])
