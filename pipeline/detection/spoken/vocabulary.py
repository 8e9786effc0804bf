"""The English words for digits, numbers, letters and marks, and what people say between them.

Sources: ICAO Annex 10 volume II section 5.2.1.3 (spelling alphabet); how callers read numbers to support.
"""

import re
import string
from typing import Final

from pipeline.detection.common_words import word_set

DIGITS: Final = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
UNITS: Final = {word: digit for word, digit in DIGITS.items() if digit != "0"}
TEENS: Final = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
TENS: Final = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9", "ninty": "9",
}  # fmt: skip
TIMES: Final = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
SCALES: Final = {"hundred": 100, "thousand": 1000}

ORDINAL_UNITS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
ORDINALS: Final = {
    **ORDINAL_UNITS, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
MONTHS: Final = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec"
)

CODE_WORDS: Final = {
    "alpha": "A", "alfa": "A", "bravo": "B", "charlie": "C", "delta": "D", "echo": "E", "foxtrot": "F", "golf": "G",
    "hotel": "H", "india": "I", "juliet": "J", "juliett": "J", "kilo": "K", "lima": "L", "mike": "M", "november": "N",
    "oscar": "O", "papa": "P", "quebec": "Q", "romeo": "R", "sierra": "S", "tango": "T", "uniform": "U", "victor": "V",
    "whiskey": "W", "whisky": "W", "xray": "X", "yankee": "Y", "zulu": "Z",
}  # fmt: skip
LETTER_NAMES: Final = {"zed": "Z", "zee": "Z", "aitch": "H"}
FOR_I: Final = word_set("india ice igloo indigo island italy ink idaho ida icecream iris ivan isaac iceland")
"""What "I for" and "I like" spell a letter with; before other words they say something else."""

MARKS: Final = {
    "dash": "-", "hyphen": "-", "minus": "-", "slash": "/", "stroke": "/", "dot": ".", "point": ".", "period": ".",
    "space": " ", "underscore": "_", "apostrophe": "'", "hash": "#", "hashtag": "#", "pound": "#",
}  # fmt: skip
HESITATIONS: Final = word_set("uh um uhm umm uhh er err erm hmm hm mm mhm eh")
HESITATION: Final = re.compile(rf"(?i)[ \t]?[,.-]{{0,3}}[ \t]\b(?:{'|'.join(sorted(HESITATIONS))})\b[,.-]{{0,3}}[ \t]?")
"""A word that says nothing, with the marks and blanks around it."""

FILLERS: Final = word_set("ah sorry oops umlaut acute grave accent cedilla tilde")
FILLER_PHRASES: Final = (
    ("let", "me", "see"), ("let's", "see"), ("lets", "see"), ("let", "me", "check"), ("let", "me", "think"),
    ("i", "mean"), ("you", "know"), ("hold", "on"), ("one", "second"), ("one", "sec"), ("and", "then"),
)  # fmt: skip
JOINS: Final = word_set("and no wait actually again")
"""What joins two groups once a number has begun: corrections and enumerations."""

SEQUENCE: Final = word_set("then followed by")
"""What joins two groups of letters as well."""

ACRONYMS: Final = word_set(
    "SSN PIN VIN DOB CVV CVC ID ZIP OTP MRN PNR IBAN EIN ITIN TIN SIN NHS DL AM PM TV US USA UK PO OK FAQ PDF ATM "
    "SMS URL API USB USBC VPN WIFI ASAP FYI ETA DIY SOS BTW OMG LOL LMAO ROFL TBA TBC TBD RSVP EOD EOB IMO AKA VIP "
    "CEO CFO CTO CRM ERP SLA KYC GDPR HIPAA GPS HDMI DVD CD BMW VW LCD LED OLED RAM SSD HDD CPU GPU LAN WLAN NFC QR "
    "SIM ESIM IMEI BIC UPS DHL FBI IRS DMV BBC CNN NBC HBO NBA NFL ABC XYZ PPE MRI ECG EKG CT IV ICU ER GP HIV DNA "
    "BMI ADHD PTSD BP OTC RX NA RIP PS FAO RE CC BCC APR LTD LLC PLC INC VAT GST HST ACH SEPA BACS KPI ROI HR PR QA "
    "UX UI OS PC HTML CSS JSON XML SQL FTP SSH SSL TLS DNS DHCP HTTP HTTPS WWW IP ISP LTE IBS UTI STD EU UN NATO NY "
    "NYC LA DC CA TX EST PST GMT UTC BST CET MOT DVLA AC MP"
)
"""Words that transcripts write letter by letter; before digits they are a cue, not a part of the value."""


def _any(words: object) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))  # type: ignore[call-overload]


_NUMBER: Final = _any({*DIGITS, *TEENS, *TENS, *TIMES, *SCALES})
_BETWEEN: Final = (
    rf"\W{{1,4}}(?:(?:{_any(FILLERS | HESITATIONS)}|{_any(MARKS)}|let me see|i mean|and|no|wait)\W{{1,4}}){{0,2}}"
)
_CODE_WORD: Final = _any(CODE_WORDS)
_ORDINAL: Final = rf"(?:(?:twenty|thirty)[ -])?(?:{_any(ORDINALS)})"
_MONTH: Final = _any(MONTHS)

_SPELLED_BY: Final = "|".join(f"{letter},? (?:for|like|as) {letter}[a-z]" for letter in string.ascii_lowercase)
_STREET: Final = "street|road|avenue|lane|drive|court|boulevard|way|close|place"

TRIGGER: Final = (
    rf"(?i)\b(?:(?:{_NUMBER}){_BETWEEN}(?:{_NUMBER}|[0-9]{{1,4}})\b"
    rf"|(?:{_any({*UNITS, *TEENS, *TENS})})\W{{1,3}}[b-hj-z]\b"
    rf"|(?:[0-9]{{1,4}}|[b-hj-z]){_BETWEEN}(?:{_any({*DIGITS, *TEENS, *TENS})})\b"
    rf"|(?:[0-9]{{1,4}}|[b-hj-z]){_BETWEEN}(?:{_any(TIMES)}) (?:[0-9]|{_any(DIGITS)})\b"
    r"|[a-z][ ,-]{1,3}[a-z][ ,-]{1,3}[a-z]\b"
    r"|[a-z],? (?:as in|is for) [a-z]"
    rf"|(?:{_any(TIMES)}) [a-z]\b"
    r"|(?:capital|upper ?case|lower ?case) [a-z]\b"
    rf"|(?:{_any({*TENS, *TEENS})}) (?:[a-z'-]+ ){{1,2}}(?:{_STREET})\b"
    rf"|(?:{_CODE_WORD})\W{{1,3}}(?:{_CODE_WORD}|[b-hj-z]|{_NUMBER})\b"
    rf"|(?:{_MONTH})\W{{1,3}}(?:the )?{_ORDINAL}\b|{_ORDINAL} (?:day )?(?:of )?(?:the |{_MONTH})"
    rf"|(?:{_MONTH})[ ,]{{1,2}}(?:{_any({*TENS, *TEENS})})\b)"
    rf"|(?:^|[^a-z'])(?:{_SPELLED_BY})"
)
"""The RE2 expression that a text must contain for a second view to be worth making."""
