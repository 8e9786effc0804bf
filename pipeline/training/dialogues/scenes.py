# ruff: noqa: PLR2004 - each share stands where it is drawn; text to learn from, no secret
"""How a support conversation goes: greeting, reason, questions and answers, complication, solution, closing."""

import re
from dataclasses import replace
from random import Random
from typing import Final

from pipeline.corpora import Turn
from pipeline.training.dialogues.noise import PLAIN, agent_style, customer_style, voice_style
from pipeline.training.dialogues.slots import Case, Piece
from pipeline.training.dialogues.stock import Stock
from pipeline.training.dialogues.templates import Slot, Template, TemplateFile
from pipeline.training.dialogues.writer import Writer

ASKS: Final = {
    "PERSON": 20,
    "PERSON.first": 3,
    "PERSON.last": 3,
    "ADDRESS": 12,
    "ADDRESS.street": 4,
    "ADDRESS.unit": 2,
    "ZIP": 9,
    "EMAIL": 12,
    "PHONE": 12,
    "PHONE.last4": 2,
    "ORDER_ID": 18,
    "ORDER_ID.tracking": 3,
    "ACCOUNT_ID": 14,
    "USERNAME": 8,
    "PASSWORD": 4,
    "PASSWORD.pin": 5,
    "PASSWORD.otp": 6,
    "PASSWORD.answer": 5,
    "NATIONAL_ID.last4": 5,
    "NATIONAL_ID.ssn": 3,
    "NATIONAL_ID": 4,
    "CREDIT_CARD": 5,
    "CREDIT_CARD.last4": 6,
    "CARD_SECURITY": 2,
    "CARD_EXPIRY": 3,
    "IBAN": 2,
    "DATE_OF_BIRTH": 10,
    "VEHICLE_ID": 3,
    "OTHER": 4,
    "LOCATION": 3,
    "ORG": 3,
}
"""What agents ask for, and how often."""
SPLIT: Final = frozenset(
    {"CREDIT_CARD", "PHONE", "NATIONAL_ID.ssn", "ACCOUNT_ID", "IBAN", "ORDER_ID", "ORDER_ID.tracking"}
)
CLEAN_KINDS: Final = (
    *("qty", "size", "date", "time", "price", "model", "version"),
    *("error", "colour", "place", "promo", "rate", "choice"),
)
"""What agents ask for that identifies nobody."""
SEPARATORS: Final = (", ", " / ", "\n", " and ", " ", "; ", " - ", ". ", ", and ")
SYSTEM_STYLE: Final = PLAIN
TRIES: Final = 3
"""How often another line is drawn where one was already said in the conversation."""


class Scene:
    """One conversation in the making."""

    def __init__(self, random: Random, stock: Stock, industry: TemplateFile, *, voice: bool = False) -> None:
        self.random = random
        self.stock = stock
        self.industry = industry
        self.case = Case(random, industry)
        self.customer = Writer(
            random.choice(("customer", "customer", "user")),
            voice_style(random) if voice else customer_style(random),
            self.case,
            random,
        )
        agent = replace(self.customer.style, typos=0.0) if voice else agent_style(random)
        self.agent = Writer(random.choice(("agent", "agent", "agent", "bot")), agent, self.case, random)
        self.system = Writer("system", SYSTEM_STYLE, self.case, random)
        self.turns: list[Turn] = []
        self._said: set[int] = set()

    def line(self, heading: str) -> Template:
        """Return one of the templates under a heading, of the trade itself where it has some; seldom the same twice."""
        own = self.industry.scenes.get(heading, ())
        shared = self.stock.everywhere.get(heading, ())
        lines = own if own and (not shared or self.random.random() < 0.5) else shared
        for _ in range(TRIES):
            chosen = lines[int(self.random.random() * len(lines))]
            if id(chosen) not in self._said or heading == "bare":
                break
        self._said.add(id(chosen))
        return chosen

    def say(self, writer: Writer, *headings: str) -> None:
        """Add one turn of one or more templates. Now and then, the other person is another one from here on."""
        if self.maybe(0.15):
            self.case.forget(Slot("OTHER"))
        self.turns.append(writer.turn(*(self.line(heading) for heading in headings)))

    def maybe(self, share: float) -> bool:
        """Return true with this probability."""
        return self.random.random() < share


def chat(scene: Scene) -> None:
    """Let a customer and an agent talk."""
    customer, agent = scene.customer, scene.agent
    _open(scene)
    for _ in range(scene.random.choice((1, 1, 2, 2, 3, 3, 4))):
        exchange(scene)
        _in_between(scene)
    if scene.maybe(0.3):
        scene.say(scene.system if scene.maybe(0.5) else agent, "system")
    for _ in range(scene.random.choice((1, 1, 2))):
        scene.say(agent, "resolve")
        if scene.maybe(0.5):
            scene.say(customer, "detail" if scene.maybe(0.5) else "react")
    if scene.maybe(0.7):
        scene.say(agent, "closing agent")
    if scene.maybe(0.7):
        scene.say(customer, "closing customer")


def exchange(scene: Scene) -> None:
    """Let the agent ask for one or two things, and the customer answer, hesitate, correct, or give them in pieces."""
    random, customer, agent = scene.random, scene.customer, scene.agent
    kind = _ask(scene)
    if scene.maybe(0.12):
        scene.say(customer, "hesitate")
        if scene.maybe(0.7):
            scene.say(agent, "explain")
        if scene.maybe(0.35):
            return
    way = random.random()
    if way < 0.13 and kind in SPLIT:
        _in_pieces(scene, kind)
    elif way < 0.30:
        _answer_many(scene)
    else:
        _answer(scene, kind)
    if scene.maybe(0.22):
        scene.say(agent, "repeat")
        if scene.maybe(0.6):
            scene.say(customer, "yes")
        else:
            _correct(scene, kind)
    elif scene.maybe(0.4):
        scene.say(agent, "thanks")


def confirmation(scene: Scene) -> None:
    """Let the agent say a value for the customer to confirm."""
    kind = _choose(scene)
    scene.case.nouns[0] = _noun(scene, kind)
    heading = f"confirm {kind}"
    if heading not in scene.stock.everywhere:
        heading = "confirm"
    scene.say(scene.agent, heading)
    if scene.maybe(0.6):
        scene.say(scene.customer, "yes")
    elif scene.maybe(0.25):
        scene.say(scene.customer, "no")
    else:
        _correct(scene, kind)


def _open(scene: Scene) -> None:
    random, customer, agent = scene.random, scene.customer, scene.agent
    way = random.random()
    if way < 0.45:
        scene.say(agent, "greet agent")
        scene.say(customer, *(("greet customer", "reason") if scene.maybe(0.4) else ("reason",)))
    elif way < 0.75:
        scene.say(customer, *(("greet customer", "reason") if scene.maybe(0.5) else ("reason",)))
        if scene.maybe(0.6):
            scene.say(agent, "greet agent")
    else:
        scene.say(customer, "greet customer")
        scene.say(agent, "greet agent")
        scene.say(customer, "reason")
    if scene.maybe(0.3):
        scene.say(customer, "detail")
    if scene.maybe(0.22):
        scene.say(customer, "offer")
    if scene.maybe(0.25):
        scene.say(agent, "sorry")


def _in_between(scene: Scene) -> None:
    if scene.customer.style.spoken and scene.maybe(0.5):
        scene.say(scene.customer, "voice clean")
        if scene.maybe(0.4):
            scene.say(scene.agent, "voice agent")
    if scene.maybe(0.16):
        confirmation(scene)
    if scene.maybe(0.25):
        _about_things(scene)
    if scene.maybe(0.22):
        kind = scene.random.choice(CLEAN_KINDS)
        scene.say(scene.agent, f"clean ask {kind}")
        scene.say(scene.customer, f"clean answer {kind}")
    if scene.maybe(0.3):
        scene.say(scene.agent, "wait" if scene.maybe(0.5) else "agent")
        if scene.maybe(0.5):
            scene.say(scene.customer, "react")
    if scene.maybe(0.35):
        scene.say(scene.customer, "detail")
        if scene.maybe(0.6):
            scene.say(scene.agent, "agent")
    if scene.maybe(0.12):
        scene.say(scene.customer, "small customer")
        if scene.maybe(0.7):
            scene.say(scene.agent, "small agent")
    if scene.maybe(0.16):
        scene.say(scene.customer, "third")
    if scene.maybe(0.14):
        scene.say(scene.agent, "tell")


def _choose(scene: Scene) -> str:
    kinds = scene.industry.facts.get("asks", ())
    kind = (
        scene.random.choice(kinds)
        if kinds and scene.maybe(0.45)
        else scene.random.choices(tuple(ASKS), tuple(ASKS.values()))[0]
    )
    name, _, form = kind.partition(".")
    scene.case.asked[0] = Slot(name, form)
    return kind


def _ask(scene: Scene) -> str:
    other = _choose(scene)
    scene.case.asked[1] = scene.case.asked[0]
    kind = _choose(scene)
    scene.case.nouns[:] = [_noun(scene, kind), _noun(scene, other if other != kind else "DATE_OF_BIRTH")]
    own = f"ask {kind}"
    two = other != kind and scene.maybe(0.14)
    heading = "ask two" if two else own if own in scene.stock.everywhere and scene.maybe(0.62) else "ask"
    headings = (heading,) if scene.maybe(0.75) else ("thanks", heading)
    scene.say(scene.agent, *headings)
    if two:
        _answer_many(scene)
        scene.say(scene.agent, own if own in scene.stock.everywhere else "ask")
    return kind


def _noun(scene: Scene, kind: str) -> str:
    # Nouns are templates too: "{order}" is the trade's own word.
    return Writer("agent", PLAIN, scene.case, scene.random).turn(scene.line(f"noun {kind}")).text


def _answer(scene: Scene, kind: str) -> None:
    if kind in SPLIT and scene.maybe(0.12):
        _slip(scene)
        return
    spoken = "voice " if scene.customer.style.spoken and scene.maybe(0.5) else ""
    own = f"{spoken}answer {kind}"
    bare = scene.maybe(0.3)
    heading = "bare" if bare else own if own in scene.stock.everywhere and scene.maybe(0.6) else f"{spoken}answer"
    scene.say(scene.customer, heading)


def _slip(scene: Scene) -> None:
    # Half of the value, a word of regret, and the value again: "4 5 7, no wait, 4 5 8 1".
    slot, writer = scene.case.asked[0], scene.customer
    wrong = re.sub(r"[\s-]", "", scene.case.text(slot))
    part = wrong[: scene.random.randint(2, max(2, len(wrong) - 2))]
    regret = Piece(f" {writer.turn(scene.line('slip')).text} ")
    scene.turns.append(
        writer.joined(
            [Piece(scene.case.aloud(part, writer.style), slot.name), regret, *scene.case.pieces(slot, writer.style)]
        )
    )


def _answer_many(scene: Scene) -> None:
    random, case, writer = scene.random, scene.case, scene.customer
    slots = [case.asked[0], case.asked[1]]
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        name, _, form = random.choices(tuple(ASKS), tuple(ASKS.values()))[0].partition(".")
        slots.append(Slot(name, form))
    separator = random.choice(SEPARATORS)
    pieces: list[Piece] = list(writer.pieces(scene.line("lead in").nodes)) if scene.maybe(0.3) else []
    for slot in dict.fromkeys(slots):
        if pieces:
            loose = pieces[-1].label and (writer.style.stops or separator.isspace())
            pieces.append(Piece(separator if loose else " "))
        pieces += case.pieces(slot, writer.style)
    scene.turns.append(writer.joined(pieces))


def _correct(scene: Scene, kind: str) -> None:
    # The value that is right is another one from now on; sometimes only its last digits are said.
    slot = scene.case.asked[0]
    scene.case.forget(slot)
    if slot.name in ("ORDER_ID", "ACCOUNT_ID", "PHONE", "CREDIT_CARD", "NATIONAL_ID", "ZIP") and scene.maybe(0.3):
        digits = re.sub(r"\D", "", scene.case.text(slot))[-scene.random.choice((2, 3, 4)) :]
        if digits:
            lead = scene.customer.pieces(scene.line("correct lead").nodes)
            scene.turns.append(scene.customer.joined([*lead, Piece(" "), Piece(digits, slot.name)]))
            return
    own = f"correct {kind}"
    scene.say(scene.customer, own if own in scene.stock.everywhere else "correct")


def _in_pieces(scene: Scene, kind: str) -> None:
    random, slot, writer = scene.random, scene.case.asked[0], scene.customer
    text = scene.case.text(slot)
    parts = re.split(r"[\s-]+", text)
    if len(parts) < 2:
        size = random.choice((3, 4))
        parts = [text[at : at + size] for at in range(0, len(text), size)]
    if kind == "CREDIT_CARD" and scene.maybe(0.4):
        parts = [" ".join(parts[:2]), " ".join(parts[2:])]
    for place, part in enumerate(part for part in parts if part):
        pieces = [Piece(scene.case.aloud(part, writer.style), slot.name)]
        if scene.maybe(0.2):
            pieces = [*writer.pieces(scene.line("piece lead" if place else "piece first").nodes), Piece(" "), *pieces]
        scene.turns.append(writer.joined(pieces))
        if scene.maybe(0.55):
            scene.say(scene.agent, "go on")


def things(scene: Scene) -> None:
    """Let a customer and an agent talk about products, brands and rooms: proper names, and no person among them."""
    customer, agent = scene.customer, scene.agent
    if scene.maybe(0.15):
        scene.say(Writer(customer.speaker, PLAIN, scene.case, scene.random), "subject")
    if scene.maybe(0.06):
        scene.say(Writer(customer.speaker, replace(customer.style, casing="upper"), scene.case, scene.random), "shout")
    for _ in range(scene.random.choice((2, 3, 4, 5))):
        _about_things(scene)
        if scene.maybe(0.1):
            scene.say(customer, "react")
        if scene.maybe(0.1):
            scene.say(agent, "agent")


def _about_things(scene: Scene) -> None:
    one, two = ("things customer",), ("things customer", "things customer")
    scene.say(scene.customer, *(two if scene.maybe(0.15) else one))
    if scene.maybe(0.75):
        scene.say(scene.agent, *(("things agent",) if scene.maybe(0.65) else ("things agent", "things agent")))


def customer_only(scene: Scene) -> None:
    """Keep what the customer said: logs from which the other side is gone."""
    chat(scene)
    scene.turns = [turn for turn in scene.turns if turn.speaker in ("customer", "user")]


def alone(scene: Scene) -> None:
    """Keep a customer's answers to questions that are gone: bare names and codes, and bare words that are neither."""
    if scene.maybe(0.5):
        scene.customer.style = replace(scene.customer.style, casing="lower", stops=False, loose_codes=True)
    for _ in range(scene.random.choice((2, 3, 4, 5, 6))):
        if scene.maybe(0.25):
            scene.say(scene.customer, "alone clean")
            continue
        other = _choose(scene)
        scene.case.asked[1] = scene.case.asked[0]
        kind = _choose(scene)
        scene.case.nouns[:] = [_noun(scene, kind), _noun(scene, other)]
        scene.say(scene.customer, "alone")
        if scene.maybe(0.5):
            scene.case = scene.customer.case = Case(scene.random, scene.industry)
