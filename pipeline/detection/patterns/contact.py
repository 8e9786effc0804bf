"""How people can be reached: e-mail addresses, phone numbers, links."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

import phonenumbers

from pipeline.detection.common_words import FUNCTION_WORDS, NAME_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Pattern, Refine, accepted_by, compiled, verbose
from pipeline.detection.patterns.values import UNIT_AFTER, digits_of
from pipeline.event.labels import Label

_PROVIDERS: Final = (
    "gmail|g mail|googlemail|yahoo|ymail|hotmail|outlook|icloud|aol|protonmail|proton|gmx|live|msn|yandex|mail"
)
_TLDS: Final = (
    "com|net|org|edu|gov|info|biz|io|co|me|us|uk|de|fr|es|it|nl|be|ch|at|in|au|ca|br|mx|jp|cn|kr|ru|pl|se|no|dk"
    "|fi|ie|nz|za|eu|app|dev|ai"
)

_RESERVED: Final = "example|test|invalid|local"
"""Top-level domains that RFC 2606 and RFC 6762 set apart: what people practise with."""

_NATIONAL_DIGITS: Final = range(7, 16)
_NANP_DIGITS: Final = 10
_NANP_REGIONS: Final = frozenset({"US", "CA"})
REFERENCE_BEFORE: Final = (
    r"(?:order|ticket|case|claim|booking|invoice|tracking|reference|ref|policy|account|acct|confirmation)"
    r"(?: (?:number|no|id|#))?(?: is)?"
)
_OTHER_REGIONS: Final = ("GB", "DE", "FR", "IT", "IN", "AU")

_PERSONAL_FOLDERS: Final = word_set("user users u profile profiles in reset invite verify account accounts customers")
_TOKEN_CHARS: Final = 24
_UUID_DIGITS: Final = 32

_PERSONAL_KEYS: Final = word_set(
    "address auth birthdate code customer customer_id customerid dob email e-mail first_name firstname fname "
    "full_name fullname key jwt last_name lastname lname login mail member mobile msisdn name nonce otp pass "
    "passwd password phone pin secret session session_id sessionid sid sig signature ssn surname tel token "
    "access_token refresh_token id_token reset user user_id userid username uid account account_id zip "
    "postcode"
)


def _local_is_a_name(value: str) -> tuple[int, int] | None:
    """Reject "look at amazon dot com": what stands before "at" must not be an ordinary word."""
    local = compiled(r"(?i)(?:\s|@|[\[({<]| dot ).*").sub("", value).lower()
    return (0, len(value)) if local not in ORDINARY_WORDS or local in NAME_WORDS else None


def _provider_local(value: str) -> tuple[int, int] | None:
    """Take "jane 83 gmailcom", drop the ordinary words before it: "it is janegmailcom"."""
    start = 0
    while True:
        head, blank, rest = value[start:].partition(" ")
        if not blank or head.lower() not in ORDINARY_WORDS:
            break
        start += len(head) + 1
        del rest
    left = value[start:]
    bare = compiled(rf"(?i)(?:{_PROVIDERS})[ ]?(?:dot|\.)?[ ]?com").fullmatch(left)
    return None if bare else (start, len(value))


def _nanp(value: str) -> bool:
    """Whether the digits can be a number of the North American plan (NANPA: NXX-NXX-XXXX), or are set as one."""
    digits = digits_of(value)
    if len(digits) == _NANP_DIGITS + 1 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != _NANP_DIGITS:
        return False
    return any(mark in value for mark in "-.()") or digits[3] in "23456789"


_NANP_ABROAD: Final = compiled(
    r"\+ ?1[ .-]{0,3}(?:[2-9][0-9]{2}|\([2-9][0-9]{2}\))[ .-]{0,3}[0-9]{3}[ .-]{0,3}[0-9]{4}"
)
_EXTENSION: Final = compiled("(?i)[ ,]*(?:x|ext).*")


def _possible_anywhere(value: str) -> bool:
    """Whether an international number has a country code and a possible length (libphonenumber)."""
    if _NANP_ABROAD.fullmatch(value):  # what the library says of these, at a tenth of the cost
        return True
    international = value if value.startswith("+") else "+" + digits_of(value).removeprefix("011").removeprefix("00")
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(international))
    except phonenumbers.NumberParseException:
        return False


def _valid_in(regions: tuple[str, ...]) -> Refine:
    def valid(value: str) -> bool:
        for region in regions:
            try:
                number = phonenumbers.parse(value, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return True
        return False

    return accepted_by(valid)


_VERSION: Final = compiled(
    r"[0-9]{1,3}(?:\.[0-9]{1,2}){1,2}\.[0-9]{3,6}(?:\.[0-9]+)?|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,6}(?:\.[0-9]+)?"
)


def _phone_length(value: str) -> bool:
    return not _VERSION.fullmatch(value) and len(digits_of(value)) in _NATIONAL_DIGITS


def _trim_link(value: str) -> tuple[int, int]:
    """Leave out the marks of the sentence around a link, but keep a bracket that was opened inside."""
    end = len(value)
    while end and value[end - 1] in ".,;:!?'\")]}":
        if value[end - 1] == ")" and "(" in value[:end]:
            break
        end -= 1
    return 0, end


def _is_personal_link(value: str) -> bool:
    """Whether a link carries an address, a secret or a user, anywhere in it (RFC 3986 sections 3.2 to 3.5)."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return True
    if "@" in value or "%40" in value:
        return True
    for query in (parts.query, parts.fragment):
        if any(key.lower().replace("-", "_") in _PERSONAL_KEYS for key, _ in parse_qsl(query, max_num_fields=None)):
            return True
    segments = [segment for segment in parts.path.split("/") if segment]
    return any(segment.lower() in _PERSONAL_FOLDERS for segment in segments[:-1]) or any(map(_is_token, segments))


def _is_token(segment: str) -> bool:
    bare = segment.replace("-", "")
    whole = segment == bare or len(bare) == _UUID_DIGITS
    return whole and len(bare) >= _TOKEN_CHARS and bare.isalnum() and any(map(str.isdecimal, bare))


def _personal_link(value: str) -> tuple[int, int] | None:
    start, end = _trim_link(value)
    return (start, end) if _is_personal_link(value[start:end]) else None


def _web_link(value: str) -> tuple[int, int] | None:
    return _trim_link(value)


_PART: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._+'-]{0,40}[A-Za-z0-9])?"
_SAID_MARK: Final = r"[ ](?:dot|underscore|under[ ]score|dash|hyphen|minus|period|point|plus)"
_SAID_PROVIDER: Final = (
    r"(?:g[ ]?mail|google[ ]?mail|yahoo|y[ ]?mail|hot[ ]?mail|out[ ]?look|i[ ]?cloud|a[ ]?o[ ]?l"
    r"|proton[ ]?mail|gmx|msn)"
)
_SAID_AT: Final = (
    r"(?:,?[ ](?:all[ ](?:in[ ])?(?:one[ ]word|lower[ ]?case|together|small(?:[ ]letters)?)|no[ ]spaces),?)?"
    r"(?:,?[ ]at(?:[ ]sign)?,?[ ]|[ ]?@[ ]?)"
)
_SAID_DOMAIN: Final = verbose(rf"""
    (?: {_PART}(?:[ ]{_PART}){{0,2}}? (?: [ ](?:dot|dash|hyphen)[ ] {_PART} ){{0,3}}
          [ ]dot[ ] (?: {_TLDS} | {_RESERVED} )\b
      | {_SAID_PROVIDER} (?: [ ]?(?:dot|period|\.)[ ]? (?: {_TLDS} )\b (?: [ ]dot[ ](?: {_TLDS} )\b )? )? )
""")


def _said_address(value: str) -> tuple[int, int] | None:
    """Drop the words of the sentence before an address that is read out: "it is j dot doe at gmail"."""
    start = 0
    while True:
        head, blank, rest = value[start:].partition(" ")
        cut_off = head.lower() in {"s", "t", "d", "e-mail", "email"}  # of "it's", and the cue itself
        if (
            not blank
            or not (cut_off or head.lower() in ORDINARY_WORDS)
            or rest.startswith(("dot ", "underscore ", "dash "))
        ):
            break
        start += len(head) + 1
    return (start, len(value)) if value[start : start + 2] != "at" and value[start : start + 1] != "@" else None


def _said_link(value: str) -> tuple[int, int] | None:
    """Take a link that is read out where it leads to somebody's own page."""
    words = value.lower().replace(" forward slash ", "/").replace(" slash ", "/").replace(" dot ", ".")
    return (0, len(value)) if _is_personal_link("https://" + words.replace(" ", "")) else None


def _without_key(value: str) -> tuple[int, int] | None:
    """Leave out the name of the field that an address is assigned to: "email='jane@example.com".

    A word of the sentence before a blank is no part of it: "ending in @example.com" tells no more than a domain.
    """
    local = value.partition("@")[0]
    if local.endswith(" ") and local.strip().lower() in FUNCTION_WORDS:
        return None
    start = max(local.rfind("='"), local.rfind("=")) + 1
    while start < len(local) and local[start] in "'{":
        start += 1
    return (start, len(value)) if start < len(local) else (0, len(value))


_EMAIL_SOURCE: Final = "RFC 5322 section 3.4.1, as typed in practice"
_E164: Final = "ITU-T E.164; libphonenumber metadata"

_CONTACT: Final = (
    Pattern(
        name="email",
        label=Label.EMAIL,
        regex=verbose(r"""
            [A-Z0-9_][A-Z0-9._%+'=/!\#$&*~^?{}|-]{0,63} [ ]?@[ ]?
            (?: (?: [A-Z0-9-]{1,63} \. ){1,8} [A-Z]{2,24} | \[[0-9.]{7,15}\]
              | (?: gmail | yahoo | hotmail | outlook | icloud | aol ) (?:[ ]?(?:dot|\.)?[ ]?com)? )
        """),
        source=_EMAIL_SOURCE,
        refine=_without_key,
        score=1.0,
        needs_digit=False,
        trigger=r"@ ?(?:[A-Z0-9-]+\.|\[|gmail|yahoo|hotmail|outlook|icloud|aol)",
    ),
    Pattern(
        name="email_spelled",
        label=Label.EMAIL,
        regex=verbose(rf"""
            [A-Z0-9_][A-Z0-9._%+-]{{0,63}} (?: [ ](?:dot|underscore|dash|hyphen)[ ][A-Z0-9_-]{{1,40}} ){{0,4}}
            (?: [ ]at[ ] | [ ]{{0,2}} [\[({{<] [ ]?at[ ]? [\])}}>] [ ]{{0,2}} | [ ]?@[ ]? )
            (?: [A-Z0-9-]{{1,40}} (?: [ ]dot[ ] | [ ]{{0,2}} [\[({{<] [ ]?dot[ ]? [\])}}>] [ ]{{0,2}} ) ){{1,3}}
            (?: {_TLDS} | {_RESERVED} )\b
        """),
        source=_EMAIL_SOURCE,
        refine=_local_is_a_name,
        score=0.95,
        needs_digit=False,
        trigger=r"\bdot\b",
    ),
    Pattern(
        name="email_said",
        label=Label.EMAIL,
        regex=verbose(rf"""
            (?: {_PART}[ ] ){{0,2}} {_PART}
            (?: {_SAID_MARK}[ ]{_PART} | [ ][0-9]{{1,8}} | (?-i:[ ][A-Z]{{2,20}}[0-9]{{0,6}}) ){{1,6}}
            {_SAID_AT} {_SAID_DOMAIN}
        """),
        source=_EMAIL_SOURCE + ", read out",
        refine=_said_address,
        score=0.95,
        needs_digit=False,
        trigger=rf"(?:\bat|@) ?{_SAID_PROVIDER}\b|\bdot (?:{_TLDS}|{_RESERVED})\b",
    ),
    Pattern(
        name="email_said_after_cue",
        label=Label.EMAIL,
        cue=r"e-?mails?(?: address| id)?",
        regex=rf"{_PART}(?:(?:{_SAID_MARK})?[ ]{_PART}){{0,5}}?{_SAID_AT}{_SAID_DOMAIN}",
        source=_EMAIL_SOURCE + ", read out",
        refine=_said_address,
        score=0.95,
        needs_digit=False,
    ),
    Pattern(
        name="email_with_blanks",
        label=Label.EMAIL,
        regex=(
            r"[A-Z0-9_][A-Z0-9._%+-]{0,63} ?@ ?[A-Z0-9-]{1,40}(?: ?\. ?[A-Z0-9-]{2,40}){0,2}"
            rf" ?\. ?(?:{_TLDS}|{_RESERVED})\b"
        ),
        source=_EMAIL_SOURCE,
        refine=_without_key,
        score=0.9,
        needs_digit=False,
        trigger=r"@ ?[A-Z0-9-]+ ?\.",
    ),
    Pattern(
        name="link_said",
        label=Label.URL_WITH_PERSONAL_DATA,
        regex=rf"(?:www(?: dot |\.))?{_PART}(?: dot {_PART}){{1,3}}(?: (?:forward )?slash {_PART}){{1,6}}",
        source="RFC 3986 section 3.3, read out",
        refine=_said_link,
        score=0.9,
        needs_digit=False,
        trigger=r"\bslash\b",
    ),
    Pattern(
        name="email_bracketed_at",
        label=Label.EMAIL,
        regex=verbose(rf"""
            [A-Z0-9_][A-Z0-9._%+-]{{0,63}} [ ]{{0,2}} [\[({{<] [ ]?at[ ]? [\])}}>] [ ]{{0,2}}
            (?: [A-Z0-9-]{{1,40}} \. ){{1,3}} (?: {_TLDS} )\b
        """),
        source=_EMAIL_SOURCE,
        score=0.95,
        needs_digit=False,
        trigger=r"[\[({<] ?at ?[\])}>]",
    ),
    Pattern(
        name="email_at_provider",
        label=Label.EMAIL,
        regex=verbose(rf"""
            [A-Z0-9_][A-Z0-9._+-]{{0,40}} (?: [ ][A-Z0-9]{{1,12}} ){{0,2}} (?: [ ]?@[ ]? | ,?[ ]at[ ] | [ ] )?
            (?: {_PROVIDERS} ) [ ]?(?:dot|\.)?[ ]?com
        """),
        source="chat without punctuation",
        refine=_provider_local,
        score=0.8,
        needs_digit=False,
        trigger=rf"(?:{_PROVIDERS}) ?(?:dot|\.)? ?com\b",
    ),
    Pattern(
        name="phone_north_america",
        starts_word=False,
        label=Label.PHONE,
        regex=(
            r"(?:\+?\b1[ .-]{0,2})?(?:\(|\b)[2-9][0-9]{2}\)?[ ._/-]{0,3}[0-9]{3}[ ._-]{0,3}[0-9]{4}"
            r"(?:[ ,]{0,2}(?:x|ext\.?"
            r"|extension)[ ]?[0-9]{1,6})?"
        ),
        source=_E164 + "; NANPA numbering plan",
        refine=accepted_by(lambda value: _nanp(_EXTENSION.sub("", value))),
        score=0.85,
        veto=r"[0-9$#][.,-]?",
        veto_words=REFERENCE_BEFORE,
        veto_after=r"[-.]?[0-9]",
    ),
    Pattern(
        name="phone_international",
        starts_word=False,
        label=Label.PHONE,
        regex=r"(?:\+[ ]?|\b00|\b011[ -])[1-9](?:[ ().\/-]{0,3}[0-9]){6,14}",
        source=_E164,
        refine=accepted_by(_possible_anywhere),
        score=0.95,
        veto=r"[0-9][ -]?",
    ),
    Pattern(
        name="phone_cue",
        label=Label.PHONE,
        cue=(
            r"(?:phone|telephone|mobile|cell(?:ular|phone)?|contact|call ?back|tel|ph|fax|whats ?app|landline"
            r"|mob|reach (?:me|us|him|her|them)(?: (?:at|on))?|(?:call|text|ring|dial|phone) (?:me|us|him|her|them)"
            r"(?: back)?(?: (?:at|on))?|call(?: at)?|dial|text)"
        ),
        regex=r"\+?\(?[0-9](?:[ ().\/-]{0,3}[0-9]){6,14}",
        source=_E164,
        refine=accepted_by(_phone_length),
        score=0.9,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="phone_local",
        label=Label.PHONE,
        regex=r"[2-9][0-9]{2}[-.][0-9]{4}",
        source="NANPA numbering plan, seven-digit dialling",
        score=0.7,
        context=r"(?:phone|call|cell|mobile|text|reach|number|contact|tel|dial|ring|fax)",
        veto=r"[0-9$#][-.]?",
        veto_after=r"[-.]?[0-9]",
    ),
    Pattern(
        name="link_personal",
        label=Label.URL_WITH_PERSONAL_DATA,
        regex=r"(?:[a-z][a-z0-9+.-]{1,10}://|www\.)[^\s<>\"]+",
        source="RFC 3986 sections 3.2.1, 3.3 and 3.4",
        refine=_personal_link,
        score=1.0,
        needs_digit=False,
        trigger=r"://|www\.",
        open_ended=True,
    ),
    Pattern(
        name="link",
        label=Label.URL,
        regex=r"(?:https?|ftp)://[^\s<>\"]+|www\.[a-z0-9-]{1,63}\.[^\s<>\"]+",
        source="RFC 3986 section 3",
        refine=_web_link,
        score=0.9,
        needs_digit=False,
        trigger=r"://|www\.",
        open_ended=True,
    ),
)


def contact_patterns(default_region: str) -> tuple[Pattern, ...]:
    """Return the entries; numbers without a country code are looked up in `default_region` first."""
    regions = (default_region, *(region for region in _OTHER_REGIONS if region != default_region))
    national = Pattern(
        name="phone_national",
        starts_word=False,
        label=Label.PHONE,
        regex=r"(?:\(|\b)0[1-9](?:\)?[ ./-]{0,2}[0-9]){7,11}",
        source=_E164,
        refine=_valid_in(regions),
        score=0.7,
        veto=r"[0-9$#][.,-]?",
    )
    if default_region in _NANP_REGIONS:
        return (*_CONTACT, national)
    local = Pattern(
        name="phone_region",
        label=Label.PHONE,
        regex=r"[1-9][0-9]{2,4}(?:[ -][0-9]{2,5}){1,4}|[1-9][0-9]{8,9}",
        source=_E164,
        refine=_valid_in((default_region,)),
        score=0.65,
        veto=r"[0-9$#][.,-]?",
        veto_words=REFERENCE_BEFORE,
    )
    return (*_CONTACT, national, local)
