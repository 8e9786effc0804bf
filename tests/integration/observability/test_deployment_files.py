"""Dockerfile, compose file and Grafana's files, held to the code, to each other and to what a deployment must avoid."""

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.settings import PREFIX, SECTIONS, TelemetrySettings, WorkerSettings, load_settings
from pipeline.telemetry.health import HealthState
from pipeline.telemetry.recorder import Telemetry
from pipeline.telemetry.server import TelemetryServer
from tests.support.components import missing
from tests.support.kafka_broker import LIBS
from tests.support.prometheus import DASHBOARD, DEPLOY
from tests.support.telemetry_traffic import healthy

ROOT = DEPLOY.parent
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
INSTRUCTIONS = [line.split(None, 1) for line in DOCKERFILE.splitlines() if line.strip() and not line.startswith("#")]
COMPOSE = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
WORKERS = {name: service for name, service in SERVICES.items() if name.startswith("worker-")}
STUCK = dataclasses.replace(healthy(), backlog_records=1, since_progress_s=1e6)


def instructions(word: str) -> list[str]:
    return [rest for first, rest in INSTRUCTIONS if first == word]


def copied_sources() -> list[str]:
    """Return what the Dockerfile takes from the repository."""
    lines = [line.split() for line in instructions("COPY") if not line.startswith("--from")]
    return [source for *sources, _target in lines for source in sources]


def test_base_images_are_pinned_and_slim():
    """One Python, by its full version; only the stage with the compiler is larger, and nothing of it runs."""
    bases = [line.split()[0] for line in instructions("FROM")]
    slim = bases[-1]
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", slim)
    assert set(bases) == {slim, slim.replace("-slim", "")}


def test_every_install_is_held_to_hashes_or_to_what_was_built_here():
    """No package enters the image by name alone."""
    installs = re.findall(r"pip install [^&\n]*", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


def test_the_image_runs_as_a_numbered_user_who_is_not_root():
    """A number lets an orchestrator check that it is not root."""
    (user,) = instructions("USER")
    uid, gid = map(int, user.split(":"))
    assert uid > 1000
    assert gid > 1000


def test_no_secret_is_named_in_the_image():
    """Keys and passwords come at run time, as files."""
    declared = " ".join(instructions("ENV") + instructions("ARG") + copied_sources()).upper()
    assert not re.search(r"PASSWORD|SECRET|TOKEN|KEYS", declared)


def test_the_builder_gets_exactly_what_the_dockerfile_copies():
    """Everything is ignored but what is copied, and what is copied is in the repository."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {line[1:] for line in rules if line.startswith("!")} == set(copied_sources())
    assert [source for source in copied_sources() if not (ROOT / source).exists()] == []


def test_build_tools_have_the_hashes_of_the_lock_file():
    """The short list of build tools is a part of the whole lock."""
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    tools = (DEPLOY / "build-requirements.txt").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    pinned = [line for line in tools if not line.startswith("#")]
    assert any(line.startswith("hatchling==") for line in pinned)
    assert set(pinned) <= set(lock)


def test_what_is_copied_is_enough_to_build_the_wheel(tmp_path):
    """The wheel stage works on its own files: the wheel has the command, the transports and the shipped policies."""
    source = tmp_path / "source"
    for name in copied_sources():
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"), dirs_exist_ok=True
            )
        else:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(tmp_path / "wheels")]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "."], cwd=source, check=True, timeout=200)
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
        declared = archive.read(entry_points).decode()
    assert "pipeline/policy/profiles/analytics.yaml" in names
    assert "redact = pipeline.cli:main" in declared
    assert "[faust.transports]" in declared


@pytest.mark.parametrize(("state", "exit_code"), [(healthy(), 0), (HealthState(), 0), (STUCK, 1)])
def test_the_health_check_of_the_image_tells_liveness(state, exit_code):
    """The command as it stands in the Dockerfile, run against a real server: a worker that starts is alive."""
    (check,) = instructions("HEALTHCHECK")
    _python, *arguments = json.loads(check[check.index("[") :])
    with TelemetryServer(Telemetry(), lambda: state, TelemetrySettings(port=0)) as server:
        ended = subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, "REDACT_TELEMETRY_PORT": str(server.port)},
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == exit_code


@pytest.mark.parametrize("name", SERVICES)
class TestEachService:
    """Asked of one service at a time."""

    def test_is_pinned_by_version(self, name):
        """No moving tag."""
        tag = SERVICES[name]["image"].rpartition(":")[2]
        assert re.search(r"\d+\.\d+\.\d+", tag)

    def test_may_do_little(self, name):
        """No capabilities, no new privileges, bounded memory, no root."""
        service = SERVICES[name]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
        assert not {"privileged", "network_mode", "pid", "cap_add"} & set(service)
        assert not str(service.get("user", "")).startswith(("0", "root"))

    def test_is_published_on_loopback_alone(self, name):
        """Nothing of this stack listens to the outside."""
        assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))

    def test_mounts_what_exists(self, name):
        """Each mount is a folder of the repository or a declared volume."""
        for mount in SERVICES[name].get("volumes", []):
            source = mount.split(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).is_dir(), mount

    def test_holds_no_secret_in_its_environment(self, name):
        """Secrets are files below /run/secrets."""
        for variable, value in SERVICES[name].get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEYS|TOKEN", variable):
                assert value.startswith("/run/secrets/"), variable
                assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"]


def known_variables() -> set[str]:
    sections = {
        f"{PREFIX}{name}_{field.name}".upper() for name in SECTIONS for field in dataclasses.fields(SECTIONS[name])
    }
    return sections | {"REDACT_POLICY", "REDACT_KEYS_FILE"}


@pytest.mark.parametrize("name", [*WORKERS, "topics"])
def test_settings_in_the_compose_file_are_settings_of_the_product(name):
    """Each variable exists, and together they are accepted."""
    environment = SERVICES[name]["environment"]
    assert set(environment) <= known_variables()
    filled = {variable: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for variable, value in environment.items()}
    settings = load_settings(None, filled)
    assert settings.kafka.bootstrap_servers == "kafka:9092"
    assert settings.kafka.allow_plaintext, "plaintext must be asked for by name"


def test_variables_of_the_image_are_settings_of_the_product():
    """The image's own defaults are spelled right."""
    (line,) = instructions("ENV")
    variables = {word.partition("=")[0] for word in shlex.split(line)}
    assert {name for name in variables if name.startswith(PREFIX)} <= known_variables()


def test_workers_have_slots_and_volumes_of_their_own():
    """Two live workers never share a slot."""
    assert len(WORKERS) >= 2
    assert len({worker["environment"]["REDACT_WORKER_SLOT"] for worker in WORKERS.values()}) == len(WORKERS)
    assert len({tuple(worker["volumes"]) for worker in WORKERS.values()}) == len(WORKERS)


def test_a_stop_leaves_time_to_drain():
    """The container is killed only after the worker had its time to commit."""
    for worker in WORKERS.values():
        assert int(worker["stop_grace_period"].removesuffix("s")) > WorkerSettings().drain_s_max


def test_prometheus_scrapes_every_worker():
    """A worker that is added to one file and not to the other is noticed."""
    configuration = YAML(typ="safe").load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = configuration["scrape_configs"]
    assert job["job_name"] == "redaction"
    targets = {target for static in job["static_configs"] for target in static["targets"]}
    assert targets == {f"{name}:{TelemetrySettings().port}" for name in WORKERS}


def test_secrets_are_files_that_the_repository_ignores():
    """Nobody commits a key by accident."""
    rules = (DEPLOY / "secrets" / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert [line for line in rules if not line.startswith("#")] == ["*", "!.gitignore"]
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")


def test_grafana_finds_its_source_and_its_dashboard():
    """Provisioning, compose file and dashboard name the same things."""
    provisioning = DEPLOY / "grafana" / "provisioning"
    (source,) = _yaml(provisioning / "datasources" / "prometheus.yaml")["datasources"]
    (provider,) = _yaml(provisioning / "dashboards" / "redaction.yaml")["providers"]
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    used = {panel["datasource"]["uid"] for panel in dashboard["panels"] if panel["type"] != "row"}
    assert used == {source["uid"]}
    folder = provider["options"]["path"]
    assert f"./grafana/dashboards:{folder}:ro" in SERVICES["grafana"]["volumes"]
    assert (
        SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == f"{folder}/{DASHBOARD.name}"
    )


def test_panels_are_told_apart_explained_and_do_not_overlap():
    """A person can read the dashboard."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and (panel["type"] == "row" or panel["description"].endswith(".")) for panel in panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@pytest.mark.kafka
def test_kafka_accepts_its_settings(tmp_path):
    """The broker's variables, turned into properties as its image does, format a node of Apache Kafka."""
    java = shutil.which("java")
    if java is None or not (LIBS / "ready").exists():
        missing("Apache Kafka", "install a Java 17 runtime and run `make kafka`")
    environment = dict(SERVICES["kafka"]["environment"])
    cluster = environment.pop("CLUSTER_ID")
    environment.pop("KAFKA_HEAP_OPTS")
    environment["KAFKA_LOG_DIRS"] = str(tmp_path / "log")
    properties = tmp_path / "server.properties"
    lines = [f"{name.removeprefix('KAFKA_').lower().replace('_', '.')}={value}" for name, value in environment.items()]
    properties.write_text("\n".join(lines), encoding="utf-8")
    command = [java, "-cp", str(LIBS / "*"), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "log" / "meta.properties").exists()


def _yaml(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
