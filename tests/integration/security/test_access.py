"""TLS, SCRAM-SHA-512 and the rights of docs/access.md on Apache Kafka: they suffice, each is used, less is refused."""

import gc
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaException, Message

from pipeline.demo.worker_process import WorkerProcess
from pipeline.errors import Misconfigured, Unavailable
from pipeline.event.privacy_request import Choice, IdentifierKind
from pipeline.operations import connection, topics
from pipeline.operations.audit import audit
from pipeline.operations.broker import OutgoingRecord
from pipeline.operations.dead_letters import list_letters, replay_letters
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.operations.opt_outs import Identity, ask, make_request
from pipeline.operations.read_back import read_back
from pipeline.settings import Settings, load_settings
from pipeline.streaming.assembly import KafkaClients
from pipeline.streaming.opt_out_reader import OptOutReader
from pipeline.streaming.partition_log import is_failure
from pipeline.streaming.rights import require_right
from pipeline.streaming.security import client_security
from pipeline.streaming.state_restorer import StateRestorer
from pipeline.streaming.transport.clients import consumer_settings
from pipeline.streaming.worker import transport_options
from tests.support.access_rights import Doorkeeper, Right, listed_rights
from tests.support.audit_log import AuditLog, Deed
from tests.support.certificates import Authority
from tests.support.delivery import logger, poll_until
from tests.support.events import TENANT, event_bytes
from tests.support.kafka_broker import KafkaNode
from tests.support.pipeline_lab import PURPOSES, PipelineLab

pytestmark = pytest.mark.kafka

WHO = ("worker", "publisher", "privacy desk", "reader", "operator", "dead-letter desk", "auditor")
EVENTS = 40
# What is asked for and may be refused: topic settings, which none but the operator needs to see.
HARMLESS = frozenset({"DESCRIBE_CONFIGS"})
RAW = Right("worker", "Read", "topic", "support.conversations.raw", prefixed=False)
OPT_OUTS = Right("worker", "Read", "topic", "privacy.opt-outs", prefixed=False)
STATE = Right("worker", "Write", "topic", "redaction.state", prefixed=False)
GROUP = Right("worker", "Read", "group", "redaction", prefixed=False)
TRANSACTIONS = Right("worker", "Write", "transactional id", "redaction-", prefixed=True)
ENDS_S_MAX = 30.0
# kafka-python leaves sockets open when a handshake fails; the garbage collector closes them, now or in the fixture.
ABANDONED = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@dataclass(frozen=True)
class Place:
    """A pipeline whose topics, groups and users begin with one prefix, and the environment of each user."""

    lab: PipelineLab
    prefix: str
    users: Mapping[str, dict[str, str]]

    def settings(self, who: str, **overrides: str) -> Settings:
        """Return the settings under which somebody works."""
        return load_settings(None, {**self.lab.environment, **self.users[who], **overrides})

    @contextmanager
    def clients(self, who: str) -> Iterator[KafkaBroker]:
        """Give the operations' clients, as somebody."""
        broker = KafkaBroker(self.settings(who).kafka)
        try:
            yield broker
        finally:
            broker.close()

    def start(self) -> WorkerProcess:
        """Start a worker as the user `worker`."""
        return self.lab.worker(**self.users["worker"])

    def deeds(self, log: AuditLog, who: str) -> list[Deed]:
        """Return what somebody did, with the names of the documentation."""
        user = self.users[who]["REDACT_KAFKA_SASL_USERNAME"]
        return [replace(deed, name=deed.name.removeprefix(self.prefix)) for deed in log.deeds() if deed.user == user]


def make_place(node: KafkaNode, directory: Path, rights: Mapping[str, Sequence[Right]]) -> Place:
    """Make topics as a super user, and users with these rights."""
    prefix = f"s{uuid.uuid4().hex[:8]}."
    directory.mkdir()
    door = Doorkeeper(node.broker.bootstrap, node.guarded, directory, prefix)
    lab = PipelineLab(node.broker.bootstrap, directory, **door.names, REDACT_TOPICS_PARTITIONS="1")
    return Place(lab, prefix, {who: door.admit(who, granted) for who, granted in rights.items()})


@dataclass(frozen=True)
class Day:
    """A place where everybody has worked, and what the authorizer noted of them until then."""

    place: Place
    deeds: Mapping[str, Sequence[Deed]]


@pytest.fixture(scope="module")
def day(kafka_node: KafkaNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Let everybody do what they are there for, with the rights of the documentation."""
    rights = {who: listed_rights(who) for who in WHO}
    place = make_place(kafka_node, tmp_path_factory.mktemp("access") / "day", rights)
    with AuditLog(kafka_node.broker.bootstrap, kafka_node.broker.log.parent / "kafka.log") as log:
        publish(place, range(EVENTS), [b"{"])
        worker = place.start()
        ask_to_opt_out(place)
        place.lab.wait_for_receipts(EVENTS + 1)
        assert worker.stop() == 0
        restore_states(place)
        publish(place, range(EVENTS, 2 * EVENTS))
        replay(place)
        make_and_check_topics(place)
        read_one_stream(place)
        look_over_all(place)
        yield Day(place, {who: place.deeds(log, who) for who in WHO})
    place.lab.stop_all()


def publish(place: Place, numbers: range, broken: Sequence[bytes] = ()) -> None:
    """Publish events of five customers, and records that are none."""
    raw = place.settings("publisher").topics.raw
    events = [
        event_bytes(
            f"write to robin{number}@example.org",
            event_id=str(number),
            conversation_id=f"c{number % 5}",
            subject={"customer_id": f"customer-{number % 5}"},
        )
        for number in numbers
    ]
    keyed = [(b"c%d" % (number % 5), event) for number, event in zip(numbers, events, strict=True)]
    with place.clients("publisher") as broker:
        broker.send(OutgoingRecord(raw, key, value) for key, value in [*keyed, *((b"c0", each) for each in broken)])


def restore_states(place: Place) -> None:
    """Read what a worker that starts reads of the conversations of its predecessor."""
    settings = place.settings("worker")
    restorer = StateRestorer(clients_of(settings).consumer, place.lab.keys, settings=settings)
    assert restorer.restore([0], timeout_s=20)[0]


def clients_of(settings: Settings) -> KafkaClients:
    """Return what makes the worker's clients beside its hot path."""
    return KafkaClients(settings, client_security(settings.kafka))


def ask_to_opt_out(place: Place) -> None:
    """Send a request that is accepted, and one that cannot be read."""
    settings = place.settings("privacy desk")
    identity = Identity(TENANT, IdentifierKind.CUSTOMER_ID, "customer-1")
    request = make_request(identity, Choice.OUT, request_id="r1", requested_at=datetime.now(UTC))
    with place.clients("privacy desk") as broker:
        broker.send([OutgoingRecord(settings.topics.requests, b"r0", b"no request")])
        assert ask(broker, settings, request, wait_s_max=30).accepted


def make_and_check_topics(place: Place) -> None:
    """Make topics of other names in the same families, and compare them with their plans."""
    names = {name: f"{value}.more" for name, value in place.lab.environment.items() if name.startswith("REDACT_TOPICS")}
    names |= {"REDACT_TOPICS_SANITIZED_PREFIX": f"{place.prefix}support.conversations.more."}
    names |= {"REDACT_TOPICS_PARTITIONS": "1"}
    settings = place.settings("operator", **names)
    with place.clients("operator") as broker:
        assert topics.create(broker, topics.plan(settings, PURPOSES))
        assert topics.check(broker, settings, PURPOSES).findings == ()


def read_one_stream(place: Place) -> None:
    """Read a purpose's stream in a group, as analysts do."""
    with reader(place, place.settings("reader").sanitized_topic("analytics")) as consumer:
        poll_until(lambda: told(consumer.poll(1)) == "a record", deadline_s=20, what="a record")
        consumer.commit(asynchronous=False)


@contextmanager
def reader(place: Place, topic: str) -> Iterator[Consumer]:
    """Give a consumer that follows a topic in a group of the analysts."""
    settings = {**client_settings(place.settings("reader")), "group.id": f"{place.prefix}analytics-team"}
    consumer = Consumer({**settings, "enable.auto.offset.store": True})
    try:
        consumer.subscribe([topic])
        yield consumer
    finally:
        consumer.close()


def told(record: Message | None) -> str:
    """Say what a consumer gave. Pure."""
    if record is None:
        return "nothing"
    return record.error().name() if record.error() else "a record"


def replay(place: Place) -> None:
    """Look at the dead letters, and put the broken record back onto the raw topic."""
    settings = place.settings("dead-letter desk")
    with place.clients("dead-letter desk") as broker:
        letters = {letter.reason: letter.id for letter in list_letters(broker, settings).letters}
        assert replay_letters(broker, settings, place.lab.keys, [letters["invalid_json"]]).replayed == 1


def look_over_all(place: Place) -> None:
    """Match what was published with receipts, outputs and dead letters."""
    settings = place.settings("auditor")
    with place.clients("auditor") as broker:
        report = audit(broker, settings, place.lab.keys, PURPOSES, sealed=None, now_ms=0).report
    assert report.sound, report


@pytest.mark.parametrize("who", WHO)
def test_every_listed_right_is_used(day: Day, who: str):
    """So no right is listed that could be left out."""
    unused = [right for right in listed_rights(who) if not any(deed.uses(right) for deed in day.deeds[who])]
    assert not unused


@pytest.mark.parametrize("who", WHO)
def test_the_listed_rights_suffice(day: Day, who: str):
    """Nothing that anybody wanted to do was refused, but to see settings of topics."""
    refused = {(deed.operation, deed.kind, deed.name) for deed in day.deeds[who] if not deed.allowed}
    assert {deed for deed in refused if deed[0] not in HARMLESS} == set()


@pytest.mark.parametrize("topic", ["support.conversations.raw", "support.conversations.sanitized.quality"])
def test_a_reader_of_one_purpose_reads_nothing_else(day: Day, topic: str):
    """Neither another purpose nor what was said in the clear."""
    with reader(day.place, day.place.prefix + topic) as consumer:
        assert told(consumer.poll(20)) == "TOPIC_AUTHORIZATION_FAILED"


def test_a_publisher_cannot_read_what_it_published(day: Day):
    """The error asks for the right."""
    with day.place.clients("publisher") as broker, pytest.raises(Misconfigured, match="access rights"):
        list(read_back(broker, [day.place.settings("publisher").topics.raw]))


def without(right: Right) -> dict[str, list[Right]]:
    """Return the worker's rights but one."""
    listed = listed_rights("worker")
    assert right in listed
    return {"worker": [each for each in listed if each != right]}


def test_a_worker_without_one_of_its_rights_ends_and_says_which(kafka_node: KafkaNode, tmp_path: Path):
    """It does not stand by and look well: it ends, and its log says what was refused, and what to grant."""
    place = make_place(kafka_node, tmp_path / "lab", without(STATE))
    place.lab.publish([(b"c", event_bytes(conversation_id="c"))])
    worker = place.start()
    poll_until(lambda: not worker.alive, deadline_s=ENDS_S_MAX, what="the worker ends")
    assert worker.stop() != 0
    refusal = "a transaction: TOPIC_AUTHORIZATION_FAILED; grant the worker's user the rights (ACL)"
    assert refusal in place.lab.log.read_text(encoding="utf-8")
    assert not place.lab.receipts()
    place.lab.stop_all()


def test_a_group_that_may_not_be_joined_ends_the_reader(kafka_node: KafkaNode, tmp_path: Path):
    """The client tells it in place of a record."""
    place = make_place(kafka_node, tmp_path / "lab", without(GROUP))
    settings = place.settings("worker")
    consumer = Consumer({**client_settings(settings), "group.id": settings.worker.group})
    consumer.subscribe([settings.topics.raw])
    told = consumer.poll(20)
    consumer.close()
    with pytest.raises(Misconfigured, match="GROUP_AUTHORIZATION_FAILED; grant"):
        is_failure(told)
    place.lab.stop_all()


def test_a_raw_topic_that_may_not_be_read_is_refused_at_the_start(kafka_node: KafkaNode, tmp_path: Path):
    """By name, before anything is read."""
    place = make_place(kafka_node, tmp_path / "lab", without(RAW))
    with place.clients("worker") as broker, pytest.raises(Misconfigured, match=r"raw: Topic.*access rights"):
        topics.check(broker, place.settings("worker"), PURPOSES)
    place.lab.stop_all()


def test_an_opt_out_list_that_may_not_be_read_ends_its_reader(kafka_node: KafkaNode, tmp_path: Path):
    """The worker would wait for it for ever."""
    place = make_place(kafka_node, tmp_path / "lab", without(OPT_OUTS))
    settings, fatal = place.settings("worker"), []
    reader = OptOutReader(clients_of(settings).consumer, settings=settings, on_fatal=fatal.append)
    reader.start()
    poll_until(lambda: fatal, deadline_s=20, what="the reader ends")
    reader.stop()
    assert "opt-outs: TOPIC_AUTHORIZATION_FAILED" in str(fatal[0])
    place.lab.stop_all()


def test_transactions_that_may_not_be_made_are_refused_at_the_start(kafka_node: KafkaNode, tmp_path: Path):
    """By name, when the client asks for its transactional id."""
    place = make_place(kafka_node, tmp_path / "lab", without(TRANSACTIONS))
    settings = place.settings("worker")
    producer = clients_of(settings).producer({"transactional.id": f"{settings.worker.group}-0", "logger": logger})
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(20)
    with pytest.raises(Misconfigured, match="TRANSACTIONAL_ID_AUTHORIZATION_FAILED; grant"):
        require_right(refused.value.args[0], "a transaction")
    place.lab.stop_all()


def client_settings(settings: Settings) -> dict[str, object]:
    """Return the hot path's client settings."""
    options = transport_options(settings, client_security(settings.kafka))
    bootstrap = settings.kafka.bootstrap_servers
    return {**consumer_settings(bootstrap, options, group_id="g", client_id="c"), "logger": logger}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give up after a second, and sweep up what kafka-python leaves behind when it gives up."""
    monkeypatch.setattr(connection, "BOOTSTRAP_TIMEOUT_MS", 1_000)
    yield
    gc.collect()


@ABANDONED
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("wrong", ["authority", "host"])
def test_a_broker_that_is_not_who_it_should_be_is_refused(day: Day, tmp_path: Path, wrong: str):
    """Its certificate is of another authority, or for another host: no client says a word to it."""
    right = day.place.settings("publisher").kafka.bootstrap_servers
    changes = {
        "authority": {"REDACT_KAFKA_SSL_CA_FILE": str(Authority(tmp_path).certificate)},
        "host": {"REDACT_KAFKA_BOOTSTRAP_SERVERS": right.replace("127.0.0.1", "localhost")},
    }
    settings = day.place.settings("publisher", **changes[wrong])
    with pytest.raises(Unavailable, match="the ssl files right"):
        KafkaBroker(settings.kafka).describe([settings.topics.raw])
    refusals: list[str] = []
    client = Consumer({**client_settings(settings), "error_cb": lambda error: refusals.append(error.str())})
    with pytest.raises(KafkaException):
        client.list_topics(settings.topics.raw, timeout=1)
    client.poll(0)
    client.close()
    assert any("certificate verify failed" in each for each in refusals)


def test_the_broker_that_it_is_is_believed(day: Day):
    """The same clients, with the right authority and host."""
    settings = day.place.settings("publisher")
    client = Consumer(client_settings(settings))
    assert client.list_topics(settings.topics.raw, timeout=10).topics[settings.topics.raw].partitions
    client.close()
