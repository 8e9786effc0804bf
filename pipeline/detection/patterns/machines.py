"""What identifies a machine, a vehicle or a wallet, and through it a person."""

import ipaddress
from typing import Final

from pipeline.detection.common_words import ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Pattern, accepted_by, verbose
from pipeline.detection.patterns.values import CODE, STRONG_CODE, UNIT_AFTER, WEAK_CODE, digits_of, luhn, stdnum_check
from pipeline.event.labels import Label

_WALLET_VALID: Final = stdnum_check("bitcoin")
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)), strict=True)
)


def _vin(value: str) -> bool:
    """Whether the ninth character is the check digit. Source: 49 CFR 565.15(c)."""
    vin = value.upper()
    total = sum(weight * _VIN_VALUES[character] for weight, character in zip(_VIN_WEIGHTS, vin, strict=True))
    return any(map(str.isalpha, vin)) and vin[8] == "0123456789X"[total % 11]


def _is_address(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value.partition("%")[0].partition("/")[0])
    except ValueError:
        return False
    return not address.is_unspecified


def _ip_v6(value: str) -> tuple[int, int] | None:
    bare = value.rstrip(".:") if not value.endswith("::") else value
    known = bare.count(":") >= 2 and any(map(str.isdecimal, bare)) and _is_address(bare)  # noqa: PLR2004 - an IPv6 address has two colons
    return (0, len(bare)) if known else None


def _imei(value: str) -> bool:
    digits = digits_of(value)
    return len(digits) in {14, 16} or luhn(digits)


def _plate(value: str) -> tuple[int, int] | None:
    part = STRONG_CODE(value)
    if part is None:
        return None
    head, blank, tail = value[part[0] : part[1]].rpartition(" ")
    if blank and tail.lower() in ORDINARY_WORDS:
        part = (part[0], part[0] + len(head))
    plate = value[part[0] : part[1]]
    return part if any(map(str.isdecimal, plate)) and any(map(str.isalpha, plate)) else WEAK_CODE(value)


PLATE: Final = verbose(r"""
    (?: [A-Z]{2}[0-9]{2}[ ]?[A-Z]{3}\b | [A-Z]{2}[ -]?[0-9]{1,2}[ -]?[A-Z]{1,3}[ -]?[0-9]{4}\b
      | [A-Z]{2}[ -]?[0-9]{3}[ -]?[A-Z]{2}\b | [A-Z]{1,3}-[A-Z]{1,2}[ -]?[0-9]{1,4}[EH]?\b
      | [A-Z]{1,3}[ ][A-Z]{1,2}[ ][0-9]{1,4}\b
      | [A-Z]{1,3}[ -]?[0-9]{1,5}(?:[ -]?[A-Z]{1,3})?\b | [0-9]{1,4}[ -]?[A-Z]{1,3}(?:[ -]?[0-9]{1,4})?\b )
""")
"""A vehicle's plate in the groups of GB, IN, FR and IT, DE, and of states with letters and digits in two or three."""

PLATE_GAP: Final = verbose(r"""
    (?: [ ](?:number|no\.?))? (?:[ ](?:of|on|for)[ ](?:the|my|a|our|his|her|their)(?:[ ][a-z]{2,10}){1,2}?)?
    (?: [\s:=\#,.;"'(*>-]{1,4} (?: is | was | are | it | its | it's | the | that | my | number | no | here | s | reads
      | says | should | be | as | would | plate ) \b ){0,4}
    [\s:=\#,.;"'(*>-]{1,4}
""")


_MODELS: Final = word_set("amg gti tdi rgb led usb pro max")
_MEASURES: Final = word_set(
    "eur usd gbp inr aud cad chf km kg mb gb tb am pm hrs min mins cm mm ml kw hp mph kmh est gmt utc"
)


def _no_model(value: str) -> bool:
    """Whether the last letters are no word and no model's: "MH17 HAD"."""
    tail = value[-3:].lower()
    return tail not in _MODELS and not (value[-4] == " " and tail in ORDINARY_WORDS)


def _plate_in_capitals(value: str) -> bool:
    """Whether it has digits and letters, all capitals, of which no group is an ordinary word or a model's."""
    letters = [word for word in value.replace("-", " ").split() if word.isalpha()]
    return (
        sum(map(str.isalnum, value)) >= 4  # noqa: PLR2004 - shorter are sizes and bays
        and any(map(str.isdecimal, value))
        and any(map(str.isalpha, value))
        and value.isupper()
        and not any(word.lower() in ORDINARY_WORDS or word.lower() in _MEASURES for word in letters)
    )


_NOBODYS: Final = word_set(
    "0.0.0.0 127.0.0.1 255.255.255.255 255.255.255.0 192.168.0.1 192.168.1.1 192.168.1.254 192.168.2.1 192.168.8.1 "
    "192.168.178.1"
)
"""Masks, loopback, and what routers have from the factory."""

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

MACHINES: Final = (
    Pattern(
        name="ip_v4",
        label=Label.IP,
        regex=rf"{_OCTET}(?:\.{_OCTET}){{3}}",
        source="RFC 791 section 3.1, dotted decimal",
        score=0.95,
        refine=accepted_by(lambda value: value not in _NOBODYS),
        veto=r"\bv|[0-9]\.",
        veto_words=(
            r"(?:version|ver|v|release|build|firmware|section|chapter|driver|update|app|software|kernel"
            r"|ios|android|chrome|firefox|windows|bios)(?: (?:is|to|number|no))?"
        ),
        veto_after=r"\.[0-9]|-[a-z]",
    ),
    Pattern(
        name="ip_v6",
        starts_word=False,
        label=Label.IP,
        regex=r"(?:[0-9a-f]{1,4}|:):[0-9a-f:.]{1,40}",
        source="RFC 4291 section 2.2",
        refine=_ip_v6,
        score=0.95,
        veto=r"[0-9a-z:]",
        trigger=r"(?:[0-9a-f]{1,4}:[0-9a-f]{0,4}:|::[0-9a-f])",
    ),
    Pattern(
        name="mac_address",
        label=Label.DEVICE_ID,
        regex=r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}",
        source="IEEE 802-2014 section 8.1, hexadecimal representation",
        score=0.95,
        veto=r"[0-9a-f][:.-]",
        veto_after=r"[:.-][0-9a-f]",
        needs_digit=False,
        trigger=r"[0-9a-f]{2}[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]|[0-9a-f]{4}\.[0-9a-f]{4}\.",
    ),
    Pattern(
        name="imei",
        label=Label.DEVICE_ID,
        cue=r"(?:imei|meid|imsi|iccid|eid|sim(?: card)?(?: (?:number|id|no|serial))?)",
        regex=r"[0-9](?:[ -]{0,3}[0-9]){13,19}|[0-9a-f]{14}",
        source="3GPP TS 23.003 section 6.2.1, check digit annex B",
        score=0.95,
    ),
    Pattern(
        name="imei_bare",
        label=Label.DEVICE_ID,
        regex=verbose(r"""
            [0-9]{2}[ -][0-9]{6}[ -][0-9]{6}[ -][0-9] | [0-9]{6}[ -][0-9]{2}[ -][0-9]{6}[ -][0-9]
          | (?:01|35|86|91|98|99)[0-9]{13} | (?:35|86)[0-9]{4}[ ][0-9]{3}[ ][0-9]{3}[ ][0-9]{3}
        """),
        source="3GPP TS 23.003 section 6.2.1; reporting bodies of GSMA TS.06",
        refine=accepted_by(_imei),
        score=0.9,
        trigger=(r"[0-9][ -][0-9]{6}[ -][0-9]|(?:35|86)[0-9]{4} [0-9]{3} |\b(?:01|35|86|91|98|99)[0-9]{13}"),
    ),
    Pattern(
        name="sim_card",
        label=Label.DEVICE_ID,
        regex=r"89[0-9]{2}(?:[ -]?[0-9]{4}){3}[ -]?[0-9]{2,4}|89[0-9]{16,18}",
        source="ITU-T E.118 section 4: 89, country, issuer, account, Luhn",
        refine=accepted_by(lambda value: len(digits_of(value)) in {18, 19, 20}),
        score=0.85,
        trigger=r"\b89[0-9]{2}[ -]?[0-9]{4}",
    ),
    Pattern(
        name="computer_name",
        label=Label.DEVICE_ID,
        regex=r"(?-i:(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{7,11})",
        source="Windows setup: random computer names",
        score=0.85,
        needs_digit=False,
        trigger=r"(?-i:TOP-|WIN-)",
    ),
    Pattern(
        name="device_uuid",
        label=Label.DEVICE_ID,
        regex=r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        source="RFC 9562 section 4; advertising identifiers of IAB Tech Lab",
        score=0.85,
        context=(
            r"(?:device|idfa|idfv|gaid|aaid|ad(?:vertising)? ?id|session|install|user|client|customer|udid"
            r"|visitor|cookie)"
        ),
        needs_digit=False,
    ),
    Pattern(
        name="device_cue",
        label=Label.DEVICE_ID,
        cue=(
            r"(?:(?:device|udid|idfa|gaid|advertising|hardware|machine|android)(?: (?:id|identifier|number|no"
            r"|serial))|serial(?: (?:number|no|num|\#))?|s/n|idfa|gaid|udid)"
        ),
        regex=CODE,
        source="support practice: the number after its name",
        refine=WEAK_CODE,
        score=0.8,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="vin",
        label=Label.VEHICLE_ID,
        regex=r"[A-HJ-NPR-Z0-9]{17}",
        source="49 CFR 565.15; ISO 3779:2009",
        refine=accepted_by(_vin),
        score=0.95,
    ),
    Pattern(
        name="vin_cue",
        label=Label.VEHICLE_ID,
        cue=r"(?:vin|vehicle (?:identification(?: number)?|id|number)|chassis)",
        regex=r"[A-HJ-NPR-Z0-9]{11,17}|[0-9A-Z]{4,8}",
        source="ISO 3779:2009; a mistyped character fails the check",
        refine=WEAK_CODE,
        score=0.85,
    ),
    Pattern(
        name="plate_cue",
        label=Label.VEHICLE_ID,
        cue=(
            r"(?:(?:licen[cs]e|number|vehicle|car) ?plates?|plates?|(?:car|vehicle|van|truck"
            r"|bike)(?:'s)? reg(?:istration)?"
            r"|reg(?:istration)? (?:plate|number|no|mark)|tag number|kennzeichen|kenteken|matricula|targa)"
        ),
        gap=PLATE_GAP,
        regex=PLATE,
        source="ISO 7591:1982, plates; forms differ by state",
        refine=_plate,
        score=0.8,
        veto_after=UNIT_AFTER,
        reversible=True,
    ),
    Pattern(
        name="plate_reg",
        label=Label.VEHICLE_ID,
        cue=r"(?:reg|registration|rego|registered as)",
        gap=PLATE_GAP,
        regex=PLATE,
        source="ISO 7591:1982, plates; forms differ by state",
        refine=accepted_by(_plate_in_capitals),
        score=0.75,
        veto_after=UNIT_AFTER,
        reversible=True,
    ),
    Pattern(
        name="plate_bare",
        label=Label.VEHICLE_ID,
        regex=verbose(r"""
            (?-i: [A-HJ-PR-Y]{2}[0-9]{2}[ ]?[A-HJ-PR-Z]{3}\b
              | [A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}\b
              | (?:AN|AP|AR|AS|BR|CG|CH|DD|DL|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TN|TR|TS
                |UK|UP|WB) [ -]?[0-9]{1,2}[ -]?[A-Z]{1,3}[ -]?[0-9]{4} )
        """),
        source=(
            "DVLA INF104 (GB since 2001); SIV, arrete du 9 fevrier 2009 (FR); Central Motor Vehicles"
            " Rules 1989 rule 50 (IN)"
        ),
        refine=accepted_by(_no_model),
        score=0.7,
        veto=r"[/_#.-]",
        veto_words=r"(?:model|part|sku|item|product|code|version|order|ref)(?: number| no| code)?(?: is)?",
        veto_after=r"[-/_.][A-Za-z0-9]",
    ),
    Pattern(
        name="plate_of_car",
        label=Label.VEHICLE_ID,
        regex=rf"(?-i:{PLATE})",
        source="ISO 7591:1982, plates; forms differ by state",
        refine=accepted_by(_plate_in_capitals),
        context=r"(?:plates?|reg|registered|registration|parked|parking|toll|fined?|towed|kennzeichen|permit|dashcam)\b",
        score=0.6,
        veto=r"[/_#.$-]",
        veto_words=r"(?:model|part|sku|item|product|code|version|order|ref|encoding|charset|bay|zone|level|gate|space|spot|row|unit|flat|room|floor)"
        r"(?: number| no| code)?(?: is)?",
        veto_after=rf"[-/_.:][A-Za-z0-9]|{UNIT_AFTER}",
        trigger=(
            r"\b(?:plates?|reg|registered|registration|parked|parking|toll|fined?|towed|kennzeichen|permit|dashcam)\b"
        ),
    ),
    Pattern(
        name="bitcoin",
        label=Label.CRYPTO_WALLET,
        regex=r"[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,87}",
        source="Bitcoin Base58Check; BIP 173 and BIP 350 (bech32)",
        refine=accepted_by(lambda value: _WALLET_VALID(value) or value.lower().startswith("bc1")),
        score=0.98,
        trigger=r"\b(?:bc1[02-9a-z]{11}|[13][a-z0-9]{25})",
    ),
    Pattern(
        name="ethereum",
        label=Label.CRYPTO_WALLET,
        regex=r"0x[0-9a-f]{40}",
        source="Ethereum yellow paper, section 4.1: 160-bit addresses",
        score=0.97,
    ),
    Pattern(
        name="wallet_cue",
        label=Label.CRYPTO_WALLET,
        cue=(
            r"(?:(?:wallet|btc|bitcoin|ethereum|eth|usdt|tron|litecoin|ltc|doge|solana|sol|xrp|ripple"
            r"|monero)(?: (?:address|wallet))?)"
        ),
        regex=r"[A-Z0-9]{24,110}",
        source="support practice: the address after its name",
        refine=accepted_by(lambda value: any(map(str.isdecimal, value))),
        score=0.85,
    ),
)
