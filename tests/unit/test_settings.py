"""Settings: a file, overridden by the environment; every problem at once; nothing insecure unless asked for by name."""

import dataclasses
import enum
import typing

import pytest

from pipeline.errors import Misconfigured
from pipeline.settings import SECTIONS, Delivery, SecurityProtocol, Settings, load_settings

PLAINTEXT = {"REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "REDACT_KAFKA_ALLOW_PLAINTEXT": "true"}


def problems_of(environment, path=None):
    with pytest.raises(Misconfigured) as caught:
        load_settings(path, environment)
    return caught.value.problems


def written(tmp_path, content):
    path = tmp_path / "redact.toml"
    path.write_text(content, encoding="utf-8")
    return path


def every_setting():
    for section, kind in SECTIONS.items():
        hints = typing.get_type_hints(kind)
        yield from ((section, item.name, hints[item.name]) for item in dataclasses.fields(kind))


def test_without_a_file_and_environment_the_defaults_hold():
    assert load_settings(None, {}) == Settings()


def test_a_file_sets_and_the_environment_overrides(tmp_path):
    path = written(
        tmp_path,
        'policy = "pci"\n[kafka]\nbootstrap_servers = "a:1"\nsession_timeout_ms = 9000\n[worker]\nslot = "7"\n',
    )
    found = load_settings(path, {"REDACT_KAFKA_BOOTSTRAP_SERVERS": "b:2", "REDACT_POLICY": "mine.yaml"})
    assert (found.policy, found.kafka.bootstrap_servers, found.kafka.session_timeout_ms, found.worker.slot) == (
        "mine.yaml",
        "b:2",
        9000,
        "7",
    )


@pytest.mark.parametrize(("section", "name", "kind"), list(every_setting()))
def test_every_setting_can_be_given_by_environment(section, name, kind):
    default = getattr(getattr(Settings(), section), name)
    variable = f"REDACT_{section}_{name}".upper()
    if issubclass(kind, enum.StrEnum | bool):
        text = "true" if kind is bool else str(default)
        expected = True if kind is bool else default
    elif kind is str:
        text = expected = "some-text"
    else:
        expected = default + 1
        text = str(expected)
    environment = {variable: text}
    if name in ("ssl_certificate_file", "ssl_key_file"):
        environment = {"REDACT_KAFKA_SSL_CERTIFICATE_FILE": text, "REDACT_KAFKA_SSL_KEY_FILE": text}
    assert getattr(getattr(load_settings(None, environment), section), name) == expected


def test_every_problem_is_reported_at_once(tmp_path):
    path = written(
        tmp_path,
        'polcy = "x"\nkeys_file = 5\nworker = 3\n[kafka]\nbroker = "x"\nsession_timeout_ms = "soon"\n'
        'delivery = "sometimes"\nallow_plaintext = "maybe"\n',
    )
    problems = problems_of({}, path)
    for part in ("polcy", "keys_file", "[worker] must be a table", "kafka.broker", "session_timeout_ms", "delivery"):
        assert any(part in problem for problem in problems), part
    assert any("kafka.allow_plaintext: must be bool" in problem for problem in problems)
    assert all(str(path) in problem for problem in problems)


def test_a_bad_value_hides_no_limit_and_no_insecurity_of_another_setting():
    """Whoever corrects one after the other starts the worker once for each."""
    environment = {
        "REDACT_KAFKA_DELIVERY": "sometimes",
        "REDACT_TELEMETRY_STALLED_S_MAX": "soon",
        "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
        "REDACT_TOPICS_PARTITIONS": "0",
        "REDACT_WORKER_SLOT": "../x",
    }
    problems = problems_of(environment)
    assert len(problems) == len(environment)
    for part in ("DELIVERY: must be", "STALLED_S_MAX: must be a number", "not encrypted", "partitions: must", "slot:"):
        assert any(part in problem for problem in problems), part


@pytest.mark.parametrize(
    "environment",
    [
        {"REDACT_KAFKA_SECURITY_PROTOCOL": "TLS", "REDACT_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512"},
        {"REDACT_KAFKA_SESSION_TIMEOUT_MS": "a minute", "REDACT_KAFKA_HEARTBEAT_INTERVAL_MS": "20000"},
    ],
)
def test_a_bad_value_is_one_problem_and_makes_no_other(environment):
    """What it was meant to be is not known, so nothing is held against it."""
    assert len(problems_of(environment)) == 1


@pytest.mark.parametrize("name", ["GROUP", "SLOT"])
@pytest.mark.parametrize("value", ["", "a/b c", "../../x", ".", "..", "a\n", "ä", "a b"])
def test_a_group_or_slot_that_is_no_name_is_refused(name, value):
    """Both become part of file names and of ids at the brokers."""
    (problem,) = problems_of({f"REDACT_WORKER_{name}": value})
    assert problem.startswith(f"worker.{name.lower()}: must be letters")


@pytest.mark.parametrize("value", ["redaction", "worker-0", "a.b_c", "...", "0"])
def test_names_of_groups_and_slots(value):
    """A pod's or a host's name is one."""
    assert load_settings(None, {"REDACT_WORKER_SLOT": value}).worker.slot == value


@pytest.mark.parametrize(("port", "good"), [("0", True), ("65535", True), ("65536", False), ("-1", False)])
def test_a_port_is_one_that_exists(port, good):
    """0 takes any free one."""
    environment = {"REDACT_TELEMETRY_PORT": port}
    if good:
        assert load_settings(None, environment).telemetry.port == int(port)
    else:
        assert "telemetry.port" in problems_of(environment)[0]


@pytest.mark.parametrize(("session_ms", "heartbeat_ms", "good"), [(9000, 3000, True), (8999, 3000, False)])
def test_a_session_holds_three_heartbeats(session_ms, heartbeat_ms, good):
    """One that is lost must not cost a worker its partitions."""
    environment = {
        "REDACT_KAFKA_SESSION_TIMEOUT_MS": str(session_ms),
        "REDACT_KAFKA_HEARTBEAT_INTERVAL_MS": str(heartbeat_ms),
    }
    if good:
        assert load_settings(None, environment).kafka.heartbeat_interval_ms == heartbeat_ms
    else:
        assert "at most a third" in problems_of(environment)[0]


def test_a_problem_of_a_variable_names_it_and_not_its_value():
    (problem,) = problems_of({"REDACT_TOPICS_PARTITIONS": "hunter2"})
    assert "REDACT_TOPICS_PARTITIONS" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}, "not encrypted"),
        ({"REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}, "not encrypted"),
        ({"REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "SASL needs"),
        (
            {"REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "REDACT_KAFKA_SASL_MECHANISM": "PLAIN"},
            "PLAIN sends the password",
        ),
        ({"REDACT_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512"}, "has no effect"),
        ({"REDACT_KAFKA_SSL_KEY_FILE": "key.pem"}, "go together"),
    ],
)
def test_what_is_insecure_or_incomplete_is_refused(environment, problem):
    assert any(problem in found for found in problems_of(environment))


def test_plaintext_is_allowed_where_it_is_asked_for_by_name():
    assert load_settings(None, PLAINTEXT).kafka.security_protocol is SecurityProtocol.PLAINTEXT


def test_encrypted_exactly_once_is_the_default():
    kafka = Settings().kafka
    assert (kafka.security_protocol, kafka.delivery) == (SecurityProtocol.SSL, Delivery.EXACTLY_ONCE)
    assert not kafka.allow_plaintext


@pytest.mark.parametrize(
    "variable",
    ["TOPICS_PARTITIONS", "TOPICS_REPLICATION", "WORKER_BATCH_RECORDS_MAX", "WORKER_BATCHES_IN_FLIGHT_MAX"],
)
def test_a_limit_of_nothing_is_refused(variable):
    (problem,) = problems_of({f"REDACT_{variable}": "0"})
    assert "must be above 0" in problem


@pytest.mark.parametrize("content", [b"[kafka", b"\xff\xfe", b"a = \n"])
def test_a_file_that_is_no_toml_is_refused(tmp_path, content):
    path = tmp_path / "redact.toml"
    path.write_bytes(content)
    (problem,) = problems_of({}, path)
    assert "not TOML" in problem


def test_a_missing_file_is_refused(tmp_path):
    (problem,) = problems_of({}, tmp_path / "none.toml")
    assert "cannot be read" in problem


@pytest.mark.parametrize(
    ("word", "value"), [("true", True), ("YES", True), ("1", True), ("false", False), ("no", False)]
)
def test_a_truth_value_is_a_word(word, value):
    found = load_settings(None, {"REDACT_KAFKA_ALLOW_SASL_PLAIN": word})
    assert found.kafka.allow_sasl_plain is value


def test_the_topic_of_a_purpose_is_the_prefix_and_its_name():
    assert Settings().sanitized_topic("quality") == "support.conversations.sanitized.quality"


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "0"])
@pytest.mark.parametrize("name", ["OPT_OUT_LAG_S_MAX", "DETECTION_S_MAX", "POLICY_RELOAD_S", "DRAIN_S_MAX"])
def test_a_limit_that_nothing_exceeds_is_refused(name, value):
    """No lag is above `nan` or `inf`, so intake would never pause."""
    assert len(problems_of({**PLAINTEXT, f"REDACT_WORKER_{name}": value})) == 1


@pytest.mark.parametrize("line", ["partitions = inf", "partitions = [1]", "raw = []"])
def test_a_value_of_another_type_is_a_problem_and_no_crash(tmp_path, line):
    assert len(problems_of(PLAINTEXT, written(tmp_path, f"[topics]\n{line}\n"))) == 1


def test_an_enumeration_is_no_list(tmp_path):
    assert len(problems_of(PLAINTEXT, written(tmp_path, "[kafka]\ndelivery = []\n"))) == 1


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("REDACT_KAFKA_DELIVRY", "REDACT_KAFKA_DELIVERY"),
        ("REDACT_WORKER_SLOTS", "REDACT_WORKER_SLOT"),
        ("REDACT_POLICYS", "REDACT_POLICY"),
    ],
)
def test_a_variable_that_is_nearly_ours_is_taken_for_a_slip(variable, meant):
    """Passed over in silence, a slip would leave the default in force."""
    assert list(problems_of({variable: "secret"})) == [f"{variable}: no such setting; {meant} is"]


def test_variables_that_somebody_else_makes_are_passed_over():
    """Kubernetes makes these for a service of that name."""
    others = {"REDACT_SERVICE_HOST": "10.0.0.1", "REDACT_PORT_9464_TCP": "tcp://10.0.0.1:9464"}
    assert load_settings(None, others) == Settings()
