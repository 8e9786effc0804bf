"""Which names of fields tell what they hold, and which values each can hold."""

from collections.abc import Callable
from typing import Final, NamedTuple

from pipeline.detection.common_words import NAME_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.values import digits_of
from pipeline.event.labels import Label

_NOTHING: Final = word_set(
    "null none nil true false undefined unknown n/a na string test example yes no empty redacted masked hidden "
    "optional required invalid missing int integer varchar text bool object array nan asc desc and or not default value"
)
_NOBODY: Final = word_set(
    "root admin administrator system user users guest anonymous nobody service daemon app ubuntu debian centos runner "
    "node git jenkins vagrant www-data nginx apache postgres mysql redis public shared default ec2-user public_html "
    "worker bot agent customer support operator localhost local all me you it vscode circleci builder web api "
    "share username yourusername yourname name myname someone folder files backup media dev src tmp www data desktop "
    "username1 testuser myuser youruser xxx"
)
"""Accounts of machines, not of persons."""

_CLOSING: Final = compiled(r"(?i)'(?=\s*(?:[,;:})\]&]|and\b|or\b|$))")
_PHONE_DIGITS: Final = range(7, 16)
_SECRET_CHARS_MIN: Final = 6
_ADDRESS_LETTERS_MIN: Final = 3
_CARD_DIGITS_MIN: Final = 4
_WORDS_MAX: Final = 6


def unquoted(value: str) -> tuple[int, int]:
    """Return the span of a field's value without the quotes, escapes and marks around it. Pure."""
    start = 0
    while start < len(value) and value[start] in "\\\"' \t[(":
        start += 1
    end = len(value)
    if "'" in value[:start]:
        closing = _CLOSING.search(value, start)
        end = closing.start() if closing else end
    quote = value.find('"', start)
    end = min(end, quote) if quote >= 0 else end
    while end > start and value[end - 1] in "\\\"' \t,;)]}.":
        end -= 1
    return start, end


def holds_name(value: str) -> bool:
    """Whether a value can be the name of a person. Pure."""
    words = value.replace(",", " ").split()
    return (
        0 < len(words) <= _WORDS_MAX
        and len(value) > 1
        and all(word.strip(".'-").replace("'", "").replace("-", "").replace(".", "").isalpha() for word in words)
        and not all(word.lower() in _NOTHING for word in words)
    )


def holds_full_name(value: str) -> bool:
    """Whether a value can be nothing but a person's first and last name: capitals, and no ordinary words. Pure."""
    words = value.replace(",", " ").split()
    return (
        len(words) > 1
        and holds_name(value)
        and all(word[0].isupper() and word.lower().strip(".") not in ORDINARY_WORDS - NAME_WORDS for word in words)
    )


def holds_login(value: str) -> bool:
    """Whether a value can be the account name of a person. Pure."""
    return value.lower() not in _NOTHING | _NOBODY and len(value) > 1 and " " not in value


def holds_number(value: str) -> bool:
    """Whether a value can be an id: it has a digit, and more than one character. Pure."""
    return any(map(str.isdecimal, value)) and len(value) > 2  # noqa: PLR2004 - shorter are counts


def holds_phone(value: str) -> bool:
    """Whether a value has as many digits as a phone number. Pure."""
    return len(digits_of(value)) in _PHONE_DIGITS


def holds_date(value: str) -> bool:
    """Whether a value can be a date. Pure."""
    return len(digits_of(value)) in range(4, 9) or len(digits_of(value.partition("T")[0])) == 8  # noqa: PLR2004 - of an ISO date


def holds_secret(value: str) -> bool:
    """Whether a value can be a token or a key rather than a word. Pure."""
    mixed = any(map(str.isdecimal, value)) or (value != value.lower() and value != value.upper())
    return len(value) >= _SECRET_CHARS_MIN and " " not in value and mixed and not value.startswith(("$", "{", "<"))


def holds_password(value: str) -> bool:
    """Whether a value can be a password: anything but a word about it. Pure."""
    return bool(value) and value.lower() not in _NOTHING and not value.startswith(("$", "{{", "<", "*"))


def holds_address(value: str) -> bool:
    """Whether a value can be a street address: words and a number. Pure."""
    return (
        any(map(str.isdecimal, value)) and sum(map(str.isalpha, value)) >= _ADDRESS_LETTERS_MIN and "@" not in value
    ) and (" " in value or "+" in value)


def holds_card(value: str) -> bool:
    """Whether a value can be a card number, whole or masked. Pure."""
    return len(digits_of(value)) >= _CARD_DIGITS_MIN and compiled(r"[0-9xX* #-]{4,25}").fullmatch(value) is not None


def holds_few_digits(value: str) -> bool:
    """Whether a value is made of a few digits and marks: a code of a card, a date of its expiry. Pure."""
    return compiled(r"[0-9]{1,4}(?:[/-][0-9]{2,4})?").fullmatch(value) is not None


class FieldKind(NamedTuple):
    """Names of fields, as a regular expression over words joined by `_`, `-`, `.`, blanks or nothing."""

    name: str
    label: Label
    keys: str
    trigger: str
    holds: Callable[[str], bool]
    score: float = 0.93
    words: bool = False  # whether a value without quotes may have several words


_WHOSE: Final = verbose(r"""
    (?: customer | client | full | first | last | given | family | middle | sur | display | contact | card [_ -]?
      holder | account[_ -]?(?:holder|owner) | holder | billing | shipping | ship[_ -]?to | bill[_ -]?to | recipient
      | sender | receiver | patient | guest | passenger | traveller | traveler | employee | agent | caller | owner
      | member | beneficiary | payee | payer | assignee | reporter | author | legal | maiden | person | requester
      | subscriber | student | driver | tenant[_ -]?contact | emergency[_ -]?contact | spouse | primary | insured
      | applicant )
""")
_NUMBERED: Final = r"(?:[_ .-]?(?:id|ids|no|num|nr|number|ref|uuid|guid|code|key))"

FIELD_KINDS: Final = (
    FieldKind(
        "name",
        Label.PERSON,
        rf"(?:user[_ .-]?)?(?:{_WHOSE}[_ .-]?){{1,3}}name|f[_]?name|l[_]?name|surname|fullname"
        rf"|card[_ -]?holder|assignee|requester"
        r"|recipient|contact[_ -]?person|passenger|beneficiary|emergency[_ -]?contact|opened[_ ]by|assigned[_ ]to"
        r"|reported[_ ]by",
        "name|holder|assignee|requester|recipient|person|passenger|beneficiary|contact|by|assigned.to",
        holds_name,
        0.9,
        words=True,
    ),
    FieldKind(
        "person",
        Label.PERSON,
        r"name|customer|client|patient|guest|holder|sender|payer|payee|member|employee|agent|caller|driver|owner|author"
        r"|contact|user|student|tenant|insured|subscriber|to|from|attn",
        r"[a-z]",
        holds_full_name,
        0.85,
        words=True,
    ),
    FieldKind(
        "phone",
        Label.PHONE,
        r"(?:[a-z]{1,12}[_ .-]?)?(?:phone|mobile|msisdn|tel|telephone|cell|fax|whatsapp)(?:[_ -]?(?:number"
        r"|no|num|e164))?",
        "phone|mobile|msisdn|tel|cell|fax|whatsapp|number|no|num|e164",
        holds_phone,
        words=True,
    ),
    FieldKind(
        "address",
        Label.ADDRESS,
        r"(?:(?:billing|shipping|street|home|postal|mailing|delivery|customer|residential|work|site|service)[_ -]?)?"
        r"(?:address|addr|street)(?:[_ -]?line)?[_ -]?[0-9]?|line[_ -]?[12]",
        "addr|address|street|line|line[_-]?[0-9]|address[0-9]",
        holds_address,
        0.88,
    ),
    FieldKind("zip", Label.ZIP, r"(?:(?:billing|shipping)[_ -]?)?(?:zip|postal|post)[_ -]?code|zip|plz",
              "code|zip|plz", holds_number, 0.96),
    FieldKind(
        "national_id",
        Label.NATIONAL_ID,
        r"(?:[a-z]{1,10}[_.-])?(?:ssn|social[_ ]?security(?:[_ ]?(?:number|no))?"
        r"|national[_ ]?id(?:[_ ]?number)?|nino|sin"
        r"|aadhaar|identity[_ ]?number)(?:[_ -]?last[_ ]?(?:4|four))?",
        "ssn|security|number|id|nino|sin|aadhaar|last_?4|no",
        holds_number,
        0.95,
    ),
    FieldKind("tax_id", Label.TAX_ID, r"(?:tax[_ ]?(?:payer)?[_ ]?id|vat[_ ]?(?:id|number)|itin|ein)(?:[_ ]?number)?",
              "id|number|itin|ein", holds_number),
    FieldKind(
        "birth_date",
        Label.DATE_OF_BIRTH,
        r"(?:[a-z]{1,10}[_.-])?(?:dob|birth[_ ]?da(?:te|y)|date[_ ]?of[_ ]?birth|d_o_b|born)",
        "dob|date|day|birth|born",
        holds_date,
        0.97,
        words=True,
    ),
    FieldKind(
        "account",
        Label.ACCOUNT_ID,
        rf"(?:[a-z]{{1,12}}[_.-])?(?:customer|account|acct|member(?:ship)?|client|user|subscriber|employee"
        rf"|patient|contact"
        rf"|profile|loyalty|guest|crm|party|person|household|wallet|contract|meter|policy[_ ]?holder){_NUMBERED}"
        r"|uid|cust[_ ]?(?:id|no)|account|acct",
        "id|ids|no|num|nr|number|ref|uuid|guid|code|key|uid|account|acct",
        holds_number,
        0.9,
    ),
    FieldKind(
        "order",
        Label.ORDER_ID,
        rf"(?:[a-z]{{1,12}}[_.-])?(?:order|booking|ticket|case|invoice|reservation|confirmation|claim"
        rf"|policy|shipment|tracking"
        rf"|transaction|txn|payment|rma|quote|refund|return|subscription|incident|parcel|receipt|charge){_NUMBERED}"
        r"|order|booking|pnr",
        "id|ids|no|num|nr|number|ref|uuid|guid|code|key|order|booking|pnr",
        holds_number,
        0.9,
    ),
    FieldKind(
        "login",
        Label.USERNAME,
        r"(?:[a-z]{1,12}[_.-])?(?:user[_ ]?name|login|uname|screen[_ ]?name|nick[_ ]?name|principal|handle"
        r"|user[_ ]?handle"
        r"|created[_]by|updated[_]by|modified[_]by|logged[_]in[_]user|remote[_]user|usr|sam[_]?account[_]?name)",
        "name|login|principal|handle|by|user|usr",
        holds_login,
        0.88,
    ),
    FieldKind(
        "password",
        Label.PASSWORD,
        r"(?:[a-z]{1,12}[_.-]){0,4}?(?:(?:[a-z]{1,10})?(?:password|passwd|pwd|passphrase|passcode)"
        r"|otp|security[_ ]?answer|secret[_ ]?answer|one[_ ]?time[_ ]?code|verification[_ ]?code"
        r"|mfa[_ ]?code)",
        "password|passwd|pwd|passphrase|passcode|otp|answer|code",
        holds_password,
        0.95,
    ),
    FieldKind(
        "secret",
        Label.API_SECRET,
        r"(?:x-)?(?:[a-z]{1,12}[_-]){0,4}?(?:[a-z]{1,10})?(?:token|secret|api[_-]?key|session(?:[_-]?id)?"
        r"|sess[_]?id|sid|sig|signature"
        r"|csrf|xsrf|jwt|auth|authorization|credential|access[_-]?key|private[_-]?key|client[_-]?key|cookie|nonce"
        r"|connection[_]?string|webhook)",
        "token|secret|key|session|id|sid|sig|signature|csrf|xsrf|jwt|auth|authorization|credential|cookie"
        "|nonce|string|webhook",
        holds_secret,
        0.93,
    ),
    FieldKind(
        "device",
        Label.DEVICE_ID,
        r"(?:[a-z]{1,12}[_.-])?(?:(?:device|install(?:ation)?|visitor|android|advertising|hardware"
        r"|machine)[_ ]?(?:id|uuid"
        r"|serial|identifier)|imei|serial(?:[_ ]?(?:number|no))?|udid|idfa|gaid|mac(?:[_ ]?addr(?:ess)?)?)",
        "id|uuid|serial|identifier|imei|number|no|udid|idfa|gaid|mac|address|addr",
        holds_number,
    ),
    FieldKind("card", Label.CREDIT_CARD,
              r"(?:[a-z]{1,10}[_.-])?(?:card|cc|pan|credit[_ ]?card|debit[_ ]?card)(?:[_ ]?(?:number|no|num"
              r"|pan|last[_ ]?(?:4|four)))?"
              r"|last[_ ]?(?:4|four)",
              "card|cc|pan|number|no|num|last_?4|four", holds_card, 0.95),
    FieldKind("card_security", Label.CARD_SECURITY, r"(?:[a-z]{1,10}[_.-])?(?:cvv2?|cvc2?|csc"
              r"|card[_ ]?security[_ ]?code)",
              "cvv2?|cvc2?|csc|code", holds_few_digits, 0.96),
    FieldKind("card_expiry", Label.CARD_EXPIRY,
              r"(?:card|cc)[_ ]?exp(?:iry|iration|ires)?(?:[_ ]?(?:date|month|year))?|exp[_ ]?(?:month"
              r"|year)|expiry[_]?date",
              "exp|expiry|expiration|expires|date|month|year", holds_few_digits),
    FieldKind("vehicle", Label.VEHICLE_ID,
              r"vin|(?:licen[cs]e|number|vehicle)[_ ]?plate|plate(?:[_ ]?(?:number|no))?"
              r"|registration[_ ]?(?:number|no)",
              "vin|plate|number|no", holds_number),
    FieldKind("passport", Label.PASSPORT, r"passport(?:[_ ]?(?:number|no|id))?", "passport|number|no|id", holds_number),
    FieldKind("licence", Label.DRIVING_LICENCE,
              r"(?:driver'?s?|driving)[_ ]?licen[cs]e(?:[_ ]?(?:number|no|id))?|dl[_ ]?(?:number|no)",
              "license|licence|number|no|id", holds_number),
    FieldKind("health", Label.HEALTH_ID, r"mrn|nhs(?:[_ ]?(?:number|no))?|medicare(?:[_ ]?(?:id|number))?"
              r"|medical[_ ]?record"
              r"(?:[_ ]?(?:number|no))?|insurance[_ ]?(?:id|number)|health[_ ]?(?:id|card)(?:[_ ]?(?:number|no))?",
              "mrn|nhs|number|no|id|medicare|record|card", holds_number),
)  # fmt: skip
