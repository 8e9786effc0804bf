"""The faults, one function each: it returns when the fault is over, and outputs have to come again."""

import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourceType,
)

from pipeline.operations import topics
from tests.faults.reader import read_all
from tests.faults.scene import SLOTS, Fault, Scene
from tests.faults.verdict import receipted
from tests.support.delivery import poll_until
from tests.support.pipeline_lab import PARTITIONS, PURPOSES

_ADDED = 2
_TOO_SMALL_BYTES = 200
_LARGE_BYTES = 16 * 1024 * 1024
_ENDS_S_MAX = 40
_TRANSACTION_S_MAX = 5
_FLOWS_S_MAX = 10
_TOLD_S_MAX = 10
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_JUMPS_S = (-30 * _DAY_S, -_HOUR_S, -_MINUTE_S, -2, 0, 2, _MINUTE_S, _HOUR_S, 30 * _DAY_S)


def worker_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of one worker; its supervisor starts it again."""
    scene.workers[dice.choice(SLOTS)].kill()


def both_workers_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of both, one shortly after the other."""
    for slot in dice.sample(SLOTS, len(SLOTS)):
        scene.workers[slot].kill()
        time.sleep(dice.uniform(0, 0.5))


def worker_stopped(scene: Scene, dice: random.Random) -> None:
    """SIGTERM to one worker, and its restart."""
    scene.restart(dice.choice(SLOTS))


def worker_frozen(scene: Scene, dice: random.Random) -> None:
    """SIGSTOP of one worker for longer than its session; the other takes over, and the first one comes back."""
    scene.freeze(dice.choice(SLOTS), for_s=scene.session_s + dice.uniform(1, 3))


def broker_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of the broker while transactions are open; over when it answers again."""
    time.sleep(dice.uniform(0, 1))
    scene.broker.kill()
    time.sleep(dice.uniform(0, 3))
    scene.broker.revive()


def broker_frozen(scene: Scene, dice: random.Random) -> None:
    """SIGSTOP of the broker: connections stay open and nothing answers."""
    scene.broker.suspend()
    time.sleep(dice.uniform(2, 14))
    scene.broker.resume()


def connections_cut(scene: Scene, dice: random.Random) -> None:
    """Every connection of the workers is reset, several times."""
    for _ in range(dice.randint(3, 8)):
        scene.proxy.cut()
        time.sleep(dice.uniform(0.05, 1.0))


def cut_and_killed(scene: Scene, dice: random.Random) -> None:
    """Reset every connection of the workers, and kill -9 one of them while both connect anew."""
    scene.proxy.cut()
    time.sleep(dice.uniform(0, 0.2))
    worker_killed(scene, dice)


def network_slow(scene: Scene, dice: random.Random) -> None:
    """Every chunk between workers and broker takes up to half a second longer."""
    scene.proxy.delay_s = dice.uniform(0.1, 0.5)
    time.sleep(dice.uniform(4, 8))
    scene.proxy.delay_s = 0.0


def network_silent(scene: Scene, dice: random.Random) -> None:
    """Keep connections open and pass nothing, for less or for more than a session."""
    scene.proxy.swallow = True
    time.sleep(dice.uniform(2, scene.session_s + 6))
    scene.proxy.swallow = False


def record_refused(scene: Scene, dice: random.Random) -> None:
    """Let a stream's topic refuse records as too large until a worker has ended, and then allow them again."""
    topic = scene.lab.settings.sanitized_topic(dice.choice(PURPOSES))
    ended = scene.exits.total()
    _allow_bytes(scene, topic, _TOO_SMALL_BYTES)
    poll_until(lambda: scene.exits.total() > ended, deadline_s=_ENDS_S_MAX, what="a worker ends")
    _allow_bytes(scene, topic, _LARGE_BYTES)


def partitions_added(scene: Scene, dice: random.Random) -> None:
    """More partitions, streams first and the raw topic last, and then the workers are restarted one by one."""
    names = scene.lab.settings.topics
    streams = [scene.lab.settings.sanitized_topic(purpose) for purpose in PURPOSES]
    for topic in (*streams, names.receipts, names.state, names.dead_letters, names.raw):
        for made in scene.admin.create_partitions([NewPartitions(topic, PARTITIONS + _ADDED)]).values():
            made.result(20)
    for slot in dice.sample(SLOTS, len(SLOTS)):
        scene.restart(slot)


def one_of_three_killed(scene: Scene, dice: random.Random) -> None:
    """Kill -9 of one of three brokers, which stays away: two have every record, and outputs come again without it."""
    time.sleep(dice.uniform(0, 1))
    dice.choice(scene.cluster.nodes).kill()


def revive_all(scene: Scene) -> None:
    """Start the broker again, and wait until it has what it missed."""
    scene.cluster.mend()


def stream_remade(scene: Scene, dice: random.Random) -> None:
    """Delete a stream's topic while events flow, and make it again; what stood on it is gone, what comes is not."""
    purpose = dice.choice(PURPOSES)
    _delete(scene, scene.lab.settings.sanitized_topic(purpose))
    time.sleep(_TRANSACTION_S_MAX + dice.uniform(1, 4))  # what was being committed meanwhile is
    scene.gone[purpose] = receipted(read_all(scene.bootstrap, [scene.lab.settings.topics.receipts]))
    _make(scene)


def raw_topic_remade(scene: Scene, dice: random.Random) -> None:
    """Delete the raw topic once all of it was processed, and make it again: offsets begin at 0, and count anew."""
    with scene.traffic.paused():
        scene.judge_so_far()
        _delete(scene, scene.lab.settings.topics.raw)
        time.sleep(dice.uniform(0, 8))
        _make(scene)


def policy_poisoned(scene: Scene, dice: random.Random) -> None:
    """Write a bad policy over the good one; the good one stays in force, every worker says so, and events flow."""
    good = scene.lab.policy.read_text(encoding="utf-8")
    for number, poison in enumerate(dice.sample(POISONS, 3), 1):
        _write(scene.lab.policy, poison(good))
        _await_metric(scene, "redaction_policy_refusals_total", number)
        _await_metric(scene, "redaction_policy_refused", 1)
        scene.watch.resumed_s(PARTITIONS, limit_s=_FLOWS_S_MAX)
    _write(scene.lab.policy, good.encode())
    _await_metric(scene, "redaction_policy_refused", 0)


def clocks_jump(scene: Scene, dice: random.Random) -> None:
    """Set the workers' wall clocks forward and back, by seconds up to days."""
    for _ in range(dice.randint(3, 6)):
        scene.clocks[dice.choice(SLOTS)].set(dice.choice(_JUMPS_S))
        time.sleep(dice.uniform(0.5, 3))


POISONS: tuple[Callable[[str], bytes], ...] = (
    lambda _good: b"",
    lambda _good: b"purposes: [",
    lambda _good: b"\xff\xfe\x00",
    lambda good: f"{good}\nsurprise: yes\n".encode(),
    lambda good: good.replace("tokenize", "tokenise").encode(),
    lambda good: good[: len(good) // 2].encode() + b"\n  - {",
)


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _await_metric(scene: Scene, name: str, value: int) -> None:
    """Wait until every worker tells this."""
    for slot in SLOTS:
        poll_until(
            lambda slot=slot: scene.metric(slot, name) == value,
            deadline_s=_TOLD_S_MAX,
            what=f"{name} of worker {slot} is {value}",
        )


def _delete(scene: Scene, topic: str) -> None:
    for removed in scene.admin.delete_topics([topic]).values():
        removed.result(20)
    poll_until(lambda: topic not in scene.admin.list_topics(timeout=10).topics, deadline_s=20, what="the topic is gone")


def _make(scene: Scene) -> None:
    """Make what is missing."""
    topics.create(scene.lab.broker, topics.plan(scene.lab.settings, PURPOSES))


def _allow_bytes(scene: Scene, topic: str, size: int) -> None:
    entry = ConfigEntry("max.message.bytes", str(size), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    for changed in scene.admin.incremental_alter_configs([resource]).values():
        changed.result(20)


FAULTS: Mapping[str, Fault] = {
    "worker_killed": Fault(worker_killed),
    "both_workers_killed": Fault(both_workers_killed),
    "worker_stopped": Fault(worker_stopped),
    "worker_frozen": Fault(worker_frozen),
    "broker_killed": Fault(broker_killed),
    "broker_frozen": Fault(broker_frozen),
    "connections_cut": Fault(connections_cut, proxied=True),
    "cut_and_killed": Fault(cut_and_killed, proxied=True),
    "network_slow": Fault(network_slow, proxied=True),
    "network_silent": Fault(network_silent, proxied=True),
    "record_refused": Fault(record_refused),
    "partitions_added": Fault(partitions_added),
    "one_of_three_killed": Fault(one_of_three_killed, mend=revive_all, clustered=True),
    "stream_remade": Fault(stream_remade),
    "raw_topic_remade": Fault(raw_topic_remade),
    "policy_poisoned": Fault(policy_poisoned),
    "clocks_jump": Fault(clocks_jump, dated=True),
}
