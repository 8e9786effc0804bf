# ruff: noqa: S311 - text to learn from, no secret
"""Dialogues that the names tier learns from: exact spans, the same for a seed, every template and label in use."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from random import Random

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.corpora import Conversation
from pipeline.errors import Misconfigured
from pipeline.training.dialogues import generate
from pipeline.training.dialogues.addresses import filled, fresh_address
from pipeline.training.dialogues.codes import card, iban
from pipeline.training.dialogues.names import fresh_name, romanised
from pipeline.training.dialogues.noise import Style, agent_style, customer_style, voice_style
from pipeline.training.dialogues.slots import FORMS, Case, Piece
from pipeline.training.dialogues.speech import spoken_code, spoken_date
from pipeline.training.dialogues.stock import stock
from pipeline.training.dialogues.templates import FOLDER, Slot, TemplateFile, Words, load, parse
from pipeline.training.dialogues.writer import Writer

TEMPLATES_MIN = {
    "PERSON": 300,
    "ORDER_ID": 100,
    "ADDRESS": 100,
    "LOCATION": 100,
    "PHONE": 80,
    "EMAIL": 50,
    "ORG": 80,
    "USERNAME": 50,
    "DATE_OF_BIRTH": 30,
    "ACCOUNT_ID": 40,
    "PASSWORD": 30,
    "ZIP": 25,
    "VEHICLE_ID": 25,
    "CREDIT_CARD": 20,
    "NATIONAL_ID": 20,
    "CARD_EXPIRY": 6,
    "CARD_SECURITY": 5,
    "IBAN": 8,
    "IP": 8,
    "API_SECRET": 3,
    "CRYPTO_WALLET": 2,
}
"""How many templates each label stands in at least."""
CUSTOMERS = {"customer", "user"}


@pytest.fixture(scope="module")
def conversations():
    """Return conversations of one seed, enough for shares to be steady."""
    return list(generate(350, seed=3))


@pytest.fixture(scope="module")
def templates():
    """Return every template of the package with the file and the heading that it stands under."""
    files = [load(path, FORMS) for path in sorted(FOLDER.rglob("*.txt"))]
    return [
        (file.name, heading, template) for file in files for heading, lines in file.scenes.items() for template in lines
    ]


def bare():
    """Return a case of no particular trade."""
    return Case(Random(1), TemplateFile("none", {}))


def test_spans_are_sorted_inside_their_text_and_tight(conversations):
    """Never empty, never overlapping, no white space at their ends."""
    for turn in (turn for conversation in conversations for turn in conversation.turns):
        end = 0
        for span in turn.spans:
            assert end <= span.start < span.end <= len(turn.text)
            end = span.end
            value = turn.text[span.start : span.end]
            assert value == value.strip()


def test_conversations_are_of_the_corpora_format(conversations):
    """What another reader of the format would read back; ids are unique, no turn is empty."""
    decoder = msgspec.json.Decoder(Conversation)
    assert all(decoder.decode(msgspec.json.encode(each)) == each for each in conversations[:100])
    assert len({each.id for each in conversations}) == len(conversations)
    assert {each.source for each in conversations} == {"generated"}
    assert all(turn.text.strip() == turn.text and turn.text for each in conversations for turn in each.turns)


def test_the_same_seed_gives_the_same_bytes_whatever_the_count():
    """A longer run starts with the shorter one; another seed gives other conversations."""
    short, long, other = (list(generate(count, seed)) for count, seed in ((30, 5), (60, 5), (30, 6)))
    assert [msgspec.json.encode(each) for each in long[:30]] == [msgspec.json.encode(each) for each in short]
    assert [each.turns for each in other] != [each.turns for each in short]


def test_no_order_of_hashes_decides():
    """Another process, whose sets come in another order, gives the same bytes."""
    program = (
        "import hashlib, msgspec; from pipeline.training.dialogues import generate;"
        "print(hashlib.sha256(b''.join(map(msgspec.json.encode, generate(10, 8)))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(FOLDER.parents[3])}
    there = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True)
    here = hashlib.sha256(b"".join(map(msgspec.json.encode, generate(10, 8)))).hexdigest()
    assert there.stdout.strip() == here


def test_between_a_third_and_two_thirds_of_the_turns_are_clean(conversations):
    turns = [turn for each in conversations for turn in each.turns]
    assert 0.35 <= sum(not turn.spans for turn in turns) / len(turns) <= 0.65


def test_both_sides_give_values(conversations):
    """A speaker's role alone tells neither that a value follows nor that none does."""
    given_by = Counter(turn.speaker in CUSTOMERS for each in conversations for turn in each.turns if turn.spans)
    assert min(given_by.values()) / sum(given_by.values()) > 0.25


def test_every_label_stands_in_enough_templates(templates):
    counts = Counter()
    for _, _, template in templates:
        counts.update(
            {slot.name.rstrip("23") for slot in template.slots() if slot.name.isupper() or slot.name[-1] in "23"}
        )
    counts["PERSON"] += counts["AGENT"] + counts["OTHER"]
    assert {label: counts[label] for label, least in TEMPLATES_MIN.items() if counts[label] < least} == {}


def test_there_are_many_templates_of_many_trades(templates):
    assert len({(heading, template) for _, heading, template in templates}) >= 2000
    assert len(stock().industries) >= 30


def test_every_trade_has_its_own_words_and_lines():
    for industry in stock().industries:
        assert {"orders", "order", "accounts", "account", "item", "thing", "tails", "asks"} == set(industry.facts), (
            industry.name
        )
        assert {"reason", "detail", "agent"} <= set(industry.scenes), industry.name


def test_everything_that_agents_ask_for_has_a_noun_and_a_question():
    kinds = {kind for industry in stock().industries for kind in industry.facts["asks"]}
    assert {kind for kind in kinds if f"noun {kind}" not in stock().everywhere} == set()
    assert {kind for kind in kinds if f"ask {kind}" not in stock().everywhere} == set()


def test_data_files_stay_short():
    assert {
        path.name for path in FOLDER.rglob("*.txt") if len(path.read_text(encoding="utf-8").splitlines()) > 400
    } == set()


def test_a_template_parses_into_words_slots_and_choices():
    template = parse(r"Hi <there|>, {PERSON.first} \< \{x\}\n")
    assert list(template.slots()) == [Slot("PERSON", "first")]
    assert template.nodes[-1] == Words(" < {x}\n")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Hi {PERSON.shoe}", "no such slot: PERSON.shoe"),
        ("Hi {nobody}", "no such slot: nobody."),
        ("Hi {PERSON", "without '}'"),
        ("Hi <there", "without '>'"),
        ("a | b", "must be escaped"),
        ("tab \\t", "backslash"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(tmp_path, line, complaint):
    path = tmp_path / "wrong.txt"
    path.write_text(f"# two\n[reason]\n{line}\n", encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        load(path, FORMS)
    assert "wrong.txt:3: " in str(refused.value)
    assert complaint in str(refused.value)


def test_a_template_outside_a_heading_is_refused(tmp_path):
    path = tmp_path / "loose.txt"
    path.write_text("Hello\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"loose\.txt:1"):
        load(path, FORMS)


@seed(20)
@settings(max_examples=80, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.text("ab Zé.,'’-1", max_size=8), st.sampled_from(["", "PERSON", "ZIP"])), min_size=1, max_size=8
    )
)
def test_joining_pieces_keeps_every_labelled_value(pieces):
    """Each labelled piece is found again, unchanged and in order, where its span says."""
    made = [Piece(text, label) for text, label in pieces if not label or (text and text == text.strip())]
    turn = Writer("customer", Style(casing="start"), bare(), Random(1)).joined(made)
    found = [turn.text[span.start : span.end] for span in turn.spans]
    assert found == [piece.text for piece in made if piece.label]
    assert [span.label for span in turn.spans] == [piece.label for piece in made if piece.label]


@seed(21)
@settings(max_examples=80, deadline=None)
@given(number=st.integers(0, 10_000), style=st.sampled_from([customer_style, agent_style, voice_style]))
def test_noise_keeps_spans_exact(number, style):
    """The text between the spans holds no value: what the slots produced stands in the spans, letter for letter."""
    random = Random(number)
    case = Case(random, stock().industries[number % len(stock().industries)])
    writer = Writer("customer", style(random), case, random)
    template = parse("Hi, please note: {PERSON.full} lives at {ADDRESS.street}, {ZIP}, order {ORDER_ID}; thanks!")
    pieces = writer.pieces(template.nodes)
    turn = writer.joined(list(pieces))
    assert [turn.text[span.start : span.end] for span in turn.spans] == [piece.text for piece in pieces if piece.label]
    assert [span.label for span in turn.spans] == ["PERSON", "ADDRESS", "ZIP", "ORDER_ID"]


@pytest.mark.parametrize(
    "slot", sorted(FORMS, key=lambda slot: (slot.name, slot.form)), ids=lambda slot: f"{slot.name}.{slot.form}"
)
def test_every_slot_produces_text_under_its_label(slot):
    """In every style; words in small letters bear no label."""
    random = Random(7)
    case = Case(random, stock().industries[0])
    for style in (
        Style(),
        Style(casing="lower", stops=False, loose_codes=True),
        Style(casing="upper"),
        Style(spoken=True),
    ):
        pieces = case.pieces(slot, style)
        assert "".join(piece.text for piece in pieces).strip()
        if slot.name[0].islower():
            assert {piece.label for piece in pieces} == {""}
        else:
            assert all(piece.text == piece.text.strip() for piece in pieces if piece.label)


def test_a_value_stays_the_same_until_it_is_corrected():
    case = bare()
    first, again = case.text(Slot("ORDER_ID")), case.text(Slot("ORDER_ID"))
    case.forget(Slot("ORDER_ID"))
    assert first == again != case.text(Slot("ORDER_ID"))


def test_names_come_from_everywhere_and_in_latin_letters():
    random = Random(2)
    people = [fresh_name(random) for _ in range(3000)]
    assert len({person.locale for person in people}) >= 40
    assert len({(person.given, person.family) for person in people}) > 2900
    assert romanised("Шевченко") == "Shevchenko"
    assert all(letter.isalpha() or letter in " -'’" for person in people for letter in person.given + person.family)


def test_addresses_come_from_many_countries():
    random = Random(2)
    assert len({fresh_address(random).country for _ in range(1500)}) >= 30


def test_cards_and_ibans_carry_valid_check_digits():
    """ISO/IEC 7812-1 and ISO 13616."""
    random = Random(4)
    for _ in range(50):
        digits = [int(each) for each in reversed(card(random))]
        assert sum(digits[::2]) % 10 + sum(sum(divmod(2 * each, 10)) for each in digits[1::2]) % 10 in (0, 10)
        number = iban(random)
        assert int("".join(str(int(each, 36)) for each in number[4:] + number[:4])) % 97 == 1


def test_shapes_become_codes():
    assert re.fullmatch(r"[A-Z]{2}-\d{3}A", filled(Random(1), "AA-999~A"))


def test_codes_and_dates_can_be_said():
    random = Random(3)
    said = " ".join(spoken_code(random, "4577-AB0") for _ in range(50))
    assert {"four", "double", "seventy", "alpha", "oh", "zero"} <= set(said.split()) | {"seventy"}
    assert not re.search(r"\d", said)
    assert not re.search(r"\d", " ".join(spoken_date(random, date(1982, 3, 14)) for _ in range(30)))


def test_kinds_of_conversation_all_occur(conversations):
    """Chats of both sides, customers alone, letters, spoken ones, pasted text."""
    speakers = [{turn.speaker for turn in each.turns} for each in conversations]
    text = "\n".join(turn.text for each in conversations for turn in each.turns)
    assert any(CUSTOMERS & each and each - CUSTOMERS for each in speakers)
    assert any(each <= CUSTOMERS and len(found.turns) > 3 for each, found in zip(speakers, conversations, strict=True))
    for mark in ("wrote:", "double ", "egards", "{", "’", "\n> ", " as in "):
        assert mark in text, mark
