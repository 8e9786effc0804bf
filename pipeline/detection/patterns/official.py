"""Numbers that states and health systems give to persons.

Check digits by python-stdnum, whose modules cite the rules.
"""

import re
from typing import Final, NamedTuple

from pipeline.detection.patterns.pattern import Pattern, accepted_by, verbose
from pipeline.detection.patterns.values import (
    CODE,
    DIGIT_GROUPS,
    STRONG_CODE,
    UNIT_AFTER,
    WEAK_CODE,
    digits_of,
    stdnum_refine,
)
from pipeline.event.labels import Label

_MRZ_CHARS: Final = 30
_TAX_NUMBER_CHARS_MIN: Final = 8


def _ssn(value: str) -> bool:
    """Whether the Social Security Administration could have issued it (20 CFR 422.103; randomised since 2011)."""
    digits = digits_of(value)
    return digits[:3] not in {"000", "666"} and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def _four_or_nine(value: str) -> bool:
    return len(digits_of(value)) in {4, 5, 6, 9}


def _long_enough(value: str) -> tuple[int, int] | None:
    part = WEAK_CODE(value)
    counts = part is not None and sum(map(str.isalnum, value[slice(*part)])) >= _TAX_NUMBER_CHARS_MIN
    return part if counts else None


class _Numbered(NamedTuple):
    """A national number: its python-stdnum module, how it is written, and words that must be near a weak one."""

    module: str
    label: Label
    regex: str
    context: str = ""
    score: float = 0.95


_ID: Final = Label.NATIONAL_ID
_TAX: Final = Label.TAX_ID
_HEALTH: Final = Label.HEALTH_ID

_NUMBERED: Final = (
    _Numbered("us.itin", _TAX, r"9[0-9]{2}-[0-9]{2}-[0-9]{4}"),
    _Numbered("us.ein", _TAX, r"[0-9]{2}-[0-9]{7}", r"(?:ein|tax|employer|irs|fein)"),
    _Numbered("ca.sin", _ID, r"[1-79][0-9]{2}[ -][0-9]{3}[ -][0-9]{3}"),
    _Numbered("ca.sin", _ID, r"[1-79][0-9]{8}", r"(?:sin|social insurance)\b"),
    _Numbered("de.idnr", _TAX, r"[1-9][0-9](?:[ ]?[0-9]{3}){3}", r"(?:steuer|tax|idnr|identifikation)"),
    _Numbered("at.vnr", _ID, r"[1-9][0-9]{3}[ ]?[0-9]{6}", r"(?:svnr|sozialversicherung|versicherung|social)"),
    _Numbered("ch.ssn", _ID, r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}|756[0-9]{10}"),
    _Numbered(
        "fr.nir",
        _ID,
        r"[12][ ]?[0-9]{2}[ ]?(?:0[1-9]|1[0-2]|[2-9][0-9])[ ]?(?:[0-9]{2}|2[AB])(?:[ ]?[0-9]{3}){2}[ ]?[0-9]{2}",
    ),
    _Numbered("be.nn", _ID, r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}"),
    _Numbered("nl.bsn", _ID, r"[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{3}", r"(?:bsn|burgerservice|sofi)"),
    _Numbered("es.dni", _ID, r"[0-9]{8}[ -]?[A-HJ-NP-TV-Z]"),
    _Numbered("es.nie", _ID, r"[XYZ][ -]?[0-9]{7}[ -]?[A-HJ-NP-TV-Z]"),
    _Numbered("it.codicefiscale", _TAX, r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]"),
    _Numbered("pt.nif", _TAX, r"[1-9][0-9]{2}[ ]?[0-9]{3}[ ]?[0-9]{3}", r"(?:nif|contribuinte)"),
    _Numbered("ie.pps", _ID, r"[0-9]{7}[A-W][A-IW]?", r"(?:pps|ppsn)"),
    _Numbered("pl.pesel", _ID, r"[0-9]{11}", r"pesel"),
    _Numbered("se.personnummer", _ID, r"(?:19|20)?[0-9]{6}[-+][0-9]{4}"),
    _Numbered("fi.hetu", _ID, r"[0-3][0-9][01][0-9]{3}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y]"),
    _Numbered("dk.cpr", _ID, r"[0-3][0-9][01][0-9]{3}-[0-9]{4}", r"cpr"),
    _Numbered("no.fodselsnummer", _ID, r"[0-7][0-9][0-9]{4}[ ]?[0-9]{5}", r"(?:f.dselsnummer|personnummer|fnr)"),
    _Numbered("ro.cnp", _ID, r"[1-9][0-9]{12}", r"cnp"),
    _Numbered("bg.egn", _ID, r"[0-9]{10}", r"egn"),
    _Numbered("tr.tckimlik", _ID, r"[1-9][0-9]{10}", r"(?:tckn|kimlik|tc)\b"),
    _Numbered("in_.aadhaar", _ID, r"[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}"),
    _Numbered("in_.aadhaar", _ID, r"[2-9][0-9]{11}", r"(?:aadhaar|aadhar|adhar|uidai)"),
    _Numbered("in_.pan", _TAX, r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]"),
    _Numbered("br.cpf", _TAX, r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"),
    _Numbered("br.cpf", _TAX, r"[0-9]{11}", r"cpf"),
    _Numbered("br.cnpj", _TAX, r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}"),
    _Numbered("in_.gstin", _TAX, r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]"),
    _Numbered("pk.cnic", _ID, r"[1-7][0-9]{4}-[0-9]{7}-[0-9]"),
    _Numbered("my.nric", _ID, r"[0-9]{6}-[0-9]{2}-[0-9]{4}"),
    _Numbered("hr.oib", _ID, r"[0-9]{11}", r"oib"),
    _Numbered("si.emso", _ID, r"[0-9]{13}", r"(?:emso|jmbg)"),
    _Numbered("cz.rc", _ID, r"[0-9]{6}/[0-9]{3,4}"),
    _Numbered("gr.amka", _ID, r"[0-9]{11}", r"amka"),
    _Numbered("lt.asmens", _ID, r"[3-6][0-9]{10}", r"(?:asmens|kodas|personal code)"),
    _Numbered("ee.ik", _ID, r"[1-6][0-9]{10}", r"(?:isikukood|personal code)"),
    _Numbered("gb.vat", _TAX, r"GB[ ]?[0-9]{3}[ ]?[0-9]{4}[ ]?[0-9]{2}(?:[ ]?[0-9]{3})?"),
    _Numbered("au.abn", _TAX, r"[1-9][0-9][ ][0-9]{3}[ ][0-9]{3}[ ][0-9]{3}"),
    _Numbered("mx.curp", _ID, r"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[A-Z0-9][0-9]"),
    _Numbered("mx.rfc", _TAX, r"[A-Z&]{4}[0-9]{6}[A-Z0-9]{3}", r"rfc"),
    _Numbered("cl.rut", _ID, r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9K]"),
    _Numbered("au.tfn", _TAX, r"[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{2,3}", r"(?:tfn|tax file)"),
    _Numbered("nz.ird", _TAX, r"[0-9]{2,3}-?[0-9]{3}-?[0-9]{3}", r"\bird"),
    _Numbered("za.idnr", _ID, r"[0-9]{6}[ ]?[0-9]{4}[ ]?[0-9]{3}", r"(?:id|identity)\b"),
    _Numbered("kr.rrn", _ID, r"[0-9]{6}-[1-8][0-9]{6}"),
    _Numbered("cn.ric", _ID, r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X]"),
    _Numbered("il.idnr", _ID, r"[0-9]{9}", r"teudat"),
    _Numbered("gb.nhs", _HEALTH, r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}", r"nhs"),
    _Numbered("eu.vat", _TAX, r"[A-Z]{2}[ ]?[0-9A-Z]{8,12}", r"(?:vat|tax|ust|tva|iva)"),
)


def _numbered_patterns() -> tuple[Pattern, ...]:
    return tuple(
        Pattern(
            name=f"{row.module.replace('.', '_')}_{number}",
            label=row.label,
            regex=rf"\b(?:{row.regex})\b",
            source=f"python-stdnum {row.module.replace('in_', 'in')}: {row.module} number and check digits",
            refine=stdnum_refine(row.module),
            context=row.context,
            score=row.score,
            trigger=rf"\b(?:{row.context})" if row.context else rf"\b(?:{row.regex})",
            veto=r"[0-9][.,-]?",
        )
        for number, row in enumerate(_NUMBERED)
    )


_MBI: Final = verbose(r"""
    [1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9] -? [AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9] -?
    [AC-HJKMNP-RT-Y]{2}[0-9]{2}
""")


def _machine_readable(value: str) -> bool:
    return len(value) >= _MRZ_CHARS and re.fullmatch(r"[A-Z0-9<]+", value) is not None


OFFICIAL: Final = (
    *_numbered_patterns(),
    Pattern(
        name="us_ssn",
        label=_ID,
        regex=r"[0-8][0-9]{2}(?:[ -][0-9]{2}[ -]|\.[0-9]{2}\.)[0-9]{4}",
        source="20 CFR 422.103; SSA, high group list and randomisation",
        refine=accepted_by(_ssn),
        score=0.95,
        veto=r"[0-9$#][.,-]?",
        veto_words=r"(?:version|build|release|firmware|ver|rev|v)",
        veto_after=r"[ .-]?[0-9]",
    ),
    Pattern(
        name="us_ssn_masked",
        starts_word=False,
        label=_ID,
        regex=r"(?:[x*]{3}-?[x*]{2}-?|[x*]{5} ?)[0-9]{4}",
        source="20 CFR 422.103, as masked on forms",
        score=0.85,
    ),
    Pattern(
        name="national_id_cue",
        label=_ID,
        cue=verbose(r"""
            (?: ssn | s\.s\.n\.? | social (?: [ ]security )? (?: [ ](?:number|no|num|card) )? | sin
              | national[ ]insurance | nino | ni[ ]number
              | aadhaar? | aadhar | national[ ]id | nric | identity[ ]card | id[ ]card | personal[ ]id
                | government[ ]id | dni | cedula | cnic | pesel | bsn | nie | curp | ppsn? | pps | cnp | egn
                  | hkid | rut
              | (?:emirates|civil|state|citizen|national)[ ]id (?:entity)? (?:[ ]card)? | burgerservicenummer | n\.i\.
              | personnummer | personal (?:[ ]identity)? [ ](?:code|number) | ni | ghana[ ]card | my[ ]?kad | emso | oib
              | social[ ]insurance | id[ ]number | identification[ ]number ) (?:[ ](?:number|no|code|card))?\b
        """),
        regex=(
            r"(?:[0-9](?:[ -]{0,3}[0-9]){3,14}(?:[ -]?[A-Z])?\b"
            r"|[A-Z]{1,2}[ -]?[0-9]{2}(?:[ -]?[0-9]{2}){2}(?:[ -]?[A-D])?\b"
            r"|[A-Z]{1,3}[ -]?[0-9]{6,9}(?:[ (-]?[A-Z0-9])?\b)"
        ),
        source="support practice: the number, or its last four digits",
        score=0.9,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="uk_nino",
        label=_ID,
        regex=r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?[0-9]{2}[ -]?[A-D]",
        source="HMRC NIM39110, format of a National Insurance number",
        refine=accepted_by(lambda value: value[:2].upper() not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}),
        score=0.94,
    ),
    Pattern(
        name="tax_id_cue",
        label=_TAX,
        cue=(
            r"(?:tax(?:payer)? (?:id(?:entification)?|file|number|ref(?:erence)?)|itin|fein|ein|tin"
            r"|steuer-?(?:id|nummer"
            r"|nr\.?|identifikationsnummer)|vat(?: reg(?:istration)?)? (?:id|number|no)\.?|pan (?:card|number|no)|cpf"
            r"|codice fiscale)\b"
        ),
        regex=CODE,
        source="support practice: the number after its name",
        refine=WEAK_CODE,
        score=0.85,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="tax_number_cue",
        label=_TAX,
        cue=(
            r"(?:vat(?: reg(?:istration)?)?|u?st-?id(?:-?nr)?\.?|mwst|btw(?:-?nummer)?|tva"
            r"|partita iva|p\.? ?iva|pan|cnpj|utr"
            r"|abn|acn|tfn|gst(?:in)?|nif|cif|nip|ird|siret|siren|regon|ico|dic)\b"
        ),
        regex=rf"(?:[0-9]{{1,2}}[A-Z]{{5}}[0-9]{{4}}[0-9A-Z]{{4}}\b|[A-Z]{{5}}[0-9]{{4}}[A-Z]\b|{CODE})",
        source="support practice: the number after its name, which says a tax as well, so only what is long enough",
        refine=_long_enough,
        score=0.85,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="passport_cue",
        label=Label.PASSPORT,
        cue=r"(?:passport|reisepass|pasaporte|passaporto|passeport|paspoort|passaporte|travel document)",
        regex=(
            r"(?:[A-Z]{0,2}[ -]?[0-9]{2,3}(?:[ -][0-9]{2,4}){2,3}|[A-Z]{0,3}[ -]?[0-9]{5,9}[A-Z]?"
            r"|[A-Z][0-9][A-Z0-9]{6,8}|[A-Z0-9]{2,3}[0-9]{2}[A-Z0-9]{4,5})\b"
        ),
        source="ICAO Doc 9303 part 4 section 4.2.2, nine characters",
        refine=STRONG_CODE,
        score=0.9,
        reversible=True,
        repeats=True,
    ),
    Pattern(
        name="passport_machine_readable",
        label=Label.PASSPORT,
        regex=r"[PIACV][A-Z<][A-Z]{3}[A-Z<]{25,39}<(?:\s{1,2}[A-Z0-9<]{30,44})?",
        source="ICAO Doc 9303 part 4 section 4.2, machine-readable zone",
        refine=accepted_by(lambda value: _machine_readable(value.split("\n")[0].strip()) and "<<" in value),
        score=0.98,
        needs_digit=False,
        trigger=r"<<",
    ),
    Pattern(
        name="driving_licence_cue",
        label=Label.DRIVING_LICENCE,
        cue=(
            r"(?:driv(?:er|ing|ers|er's|ers')?'?s? ?licen[cs]e|dl|d\.l\.|licen[cs]e (?:number|no|num|id|#)|dmv|dvla"
            r"|fuehrerschein|f.hrerschein|permis de conduire|patente|rijbewijs|carnet de conducir)"
        ),
        regex=rf"(?:[A-Z9]{{5}}[ ]?[0-9]{{6}}[ ]?[A-Z0-9]{{5}}\b|{CODE})",
        source="AAMVA DL/ID card design standard, annex D: number formats differ by state",
        refine=WEAK_CODE,
        score=0.85,
        veto_words=r"(?:software|product|windows|office|plate)",
        veto_after=UNIT_AFTER,
        reversible=True,
    ),
    Pattern(
        name="uk_driving_licence",
        label=Label.DRIVING_LICENCE,
        regex=r"[A-Z9]{5}[ ]?[0-9][0156][0-9][0-3][0-9]{2}[ ]?[A-Z9]{2}[A-Z0-9][A-Z]{2}",
        source="DVLA driver number, INF45/1",
        score=0.95,
    ),
    Pattern(
        name="medicare_mbi",
        label=_HEALTH,
        regex=_MBI,
        source="CMS, Medicare Beneficiary Identifier format, 2019",
        score=0.95,
    ),
    Pattern(
        name="health_id_cue",
        label=_HEALTH,
        cue=verbose(r"""
            (?: medicare | medicaid | nhs | mrn | medical[ ]record | (?:patient|hospital|chart|chi)[ ](?:id|number|no)
              | health[ ](?:card|insurance|plan|id) (?:[ ](?:id|number|member))?
              | (?:insurance|plan|group)[ ](?:member[ ]?)?(?:id|number) | npi | dea[ ]number
                | prescription[ ](?:number|no|id) | rx (?:[ ](?:number|no|\#))? )
        """),
        regex=CODE,
        source="support practice: the number after its name; 45 CFR 164.514(b)(2)(i)(H, I)",
        refine=WEAK_CODE,
        score=0.93,
        veto_after=UNIT_AFTER,
        reversible=True,
    ),
    Pattern(
        name="biometric_or_student_id_cue",
        label=_ID,
        cue=(
            r"(?:voter id|student (?:id|number)|visa number|green card|alien (?:number|registration)|a-number"
            r"|military id)"
        ),
        regex=CODE,
        source="45 CFR 164.514(b)(2)(i)(R), any other identifying number",
        refine=WEAK_CODE,
        score=0.8,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="nine_digits_near_social",
        label=_ID,
        regex=DIGIT_GROUPS,
        source="20 CFR 422.103, without separators",
        refine=accepted_by(lambda value: len(digits_of(value)) == 9 and _ssn(value)),  # noqa: PLR2004 - an SSN's length
        context=r"(?:ssn|social)\b",
        trigger=r"\b(?:ssn|social)\b",
        score=0.9,
    ),
)
