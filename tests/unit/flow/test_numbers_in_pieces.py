"""A number given over several turns is found piece by piece."""

import random
from collections.abc import Iterator

import pytest

from pipeline.flow.local import LocalRedactor
from tests.support.events import analytics_rules, conversation_event

RULES = analytics_rules()
DIALOGUES = 500
FOUND_SHARE_MIN = 0.95

QUESTIONS = {
    "card": [
        "What is your card number, please?",
        "Could you read me the long number on the front of your card?",
        "I need the credit card number to take the payment.",
        "ok and the card no?",
        "Which card would you like to use? Please give me the number.",
    ],
    "ssn": [
        "Could I have your social security number?",
        "And your SSN?",
        "Please tell me your full social so I can pull up the file.",
        "what's the social security number on the account",
    ],
    "phone": [
        "What's the best phone number to reach you at?",
        "Can I get a callback number?",
        "And your mobile?",
        "Which telephone number is the account under?",
    ],
}
TOLD = {
    "card": ["my card number is {}", "ok so the card is {}", "card no {}"],
    "ssn": ["my ssn is {}", "social security number {}", "so my social is {}"],
    "phone": ["my phone number is {}", "you can call me on my mobile {}", "my cell is {}"],
}
LEADS = ["", "", "", "ok ", "it's ", "sure, ", "then ", "and ", "next is ", "uh ", "yes, "]
TAILS = ["", "", "", "", " ok?", " and", "...", " that's it", "."]
ACKNOWLEDGED = [
    "ok",
    "go on",
    "Go ahead",
    "uh huh",
    "and then?",
    "Got it, next?",
    "yes",
    "Thank you, and the rest?",
    "mhm",
]
CUTS = {16: [4, 6, 8, 10, 12], 9: [3, 5], 10: [3, 6]}


def number_of(kind: str, random_: random.Random) -> str:
    """Return digits of the right length; a card's begin as one does, and pass its check."""
    if kind == "ssn":
        return f"{random_.randint(101, 665)}{random_.randint(11, 99)}{random_.randint(1001, 9999)}"
    if kind == "phone":
        return f"{random_.choice('2345678')}{random_.randint(10, 99)}555{random_.randint(100, 199):04}"
    digits = "4" + "".join(random_.choices("0123456789", k=14))
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def written(digits: str, random_: random.Random) -> str:
    """Write a piece as people do: whole, in groups, or digit by digit."""
    style = random_.random()
    if style < 0.15:
        return " ".join(digits)
    if len(digits) > 5 and style < 0.7:
        separator = random_.choice([" ", "-"])
        return separator.join(digits[start : start + 4] for start in range(0, len(digits), 4))
    return digits


def dialogue(kind: str, random_: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield (role, text, piece) turns: asked for in most, told in some, always in two to four pieces."""
    digits = number_of(kind, random_)
    cuts = CUTS[len(digits)]
    pieces_max = min(3, len(cuts))
    ends = sorted(random_.sample(cuts, random_.randint(1, pieces_max)))
    pieces = [written(digits[start:end], random_) for start, end in zip([0, *ends], [*ends, len(digits)], strict=True)]
    asked = random_.random() < 0.8
    yield "customer", random_.choice(["Hi, I need some help", "hello", "I want to update my details"]), ""
    yield "agent", random_.choice(QUESTIONS[kind]) if asked else "Of course.", ""
    for place, piece in enumerate(pieces):
        if place and random_.random() < 0.4:
            yield "agent", random_.choice(ACKNOWLEDGED), ""
        if place or asked:
            yield "customer", f"{random_.choice(LEADS)}{piece}{random_.choice(TAILS)}", piece
        else:
            yield "customer", random_.choice(TOLD[kind]).format(piece), piece
    yield "agent", "Thank you, that is all I need.", ""
    yield "customer", "great, there are 3 of us and it was 45 dollars", ""


def is_covered(text: str, piece: str, findings) -> bool:
    start = text.index(piece) if piece else 0
    covered = {place for found in findings for place in range(found.start, found.end)}
    return all(start + place in covered for place, character in enumerate(piece) if character.isdecimal())


@pytest.mark.parametrize("kind", ["card", "ssn", "phone"])
def test_a_number_in_two_to_four_pieces_is_found(kind):
    """Every piece of at least 95% of the numbers is found, and nothing in the turns around them."""
    random_ = random.Random(f"pieces of a {kind}")  # noqa: S311 - a seed, so that a failure comes again
    found = flagged = 0
    for number in range(DIALOGUES):
        turns = list(dialogue(kind, random_))
        outcomes = LocalRedactor(RULES).redact(
            conversation_event(text, author={"role": role}, event_id=str(place), conversation_id=str(number))
            for place, (role, text, _) in enumerate(turns)
        )
        checked = [
            is_covered(text, piece, outcome.findings)
            for (_, text, piece), outcome in zip(turns, outcomes, strict=True)
            if piece
        ]
        found += all(checked)
        flagged += sum(
            bool(outcome.findings) for (_, _, piece), outcome in zip(turns, outcomes, strict=True) if not piece
        )
    assert found >= FOUND_SHARE_MIN * DIALOGUES
    assert flagged == 0
