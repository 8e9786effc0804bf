"""What agents of many trades ask for is found in the answer, in the groups and forms that people type."""

import re

import pytest

from pipeline.detection.overlap import resolve
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import Expected
from pipeline.detection.patterns.asked import asked_kinds
from pipeline.event.labels import CONTEXT_LABELS

DETECTOR = PatternDetector()

ANSWERS = (
    ("DEVICE_ID", "What's the IMEI?", "imei <<35 693803 564380 9>>"),
    ("DEVICE_ID", "Dial *#06# and read me the IMEI please", "ok it says <<35-693803-564380-9>>"),
    ("DEVICE_ID", "What's the SIM number on the card?", "its <<8944 1100 6543 2109 87>>"),
    ("ACCOUNT_ID", "Could you read me the MPAN?", "<<20 0012 3456 789>> is what I see"),
    ("ACCOUNT_ID", "What is your MPRN?", "mprn <<4471 882 906>>"),
    ("NATIONAL_ID", "Your national insurance number?", "<<QQ 12 34 56 C>>"),
    ("NATIONAL_ID", "NI number please", "its <<jk 33 91 70 b>>"),
    ("DRIVING_LICENCE", "Driving licence number?", "<<MORGA 657054 SM9IJ>>"),
    ("PASSPORT", "What's your passport number?", "sure <<533 102 774>>"),
    ("PASSPORT", "Passport number please", "<<PA 10 22 317>>"),
    ("ACCOUNT_ID", "Sort code and account number?", "<<20-44-91>> and <<3310 7725>>"),
    ("ACCOUNT_ID", "Your sort code?", "<<20 44 91>>"),
    ("TAX_ID", "VAT number?", "<<GB 123 4567 82>>"),
    ("ACCOUNT_ID", "What's the badge number?", "<<B-1182>>"),
    ("ORDER_ID", "Job number?", "it's <<J 44 182>>"),
    ("ORDER_ID", "do you have the quote number", "<<Q-2291-B>>"),
    ("PASSWORD", "What's the door code?", "<<C4471X>>"),
    ("PASSWORD", "And the gate code?", "its <<4471#>>"),
    ("PASSWORD", "Alarm code?", "<<#77 12>>"),
    ("PASSWORD", "What's the code we texted you?", "<<882 014>>"),
    ("PASSWORD", "Mother's maiden name?", "<<Kowalczyk>>, with a z"),
    ("PASSWORD", "And your mother's maiden name?", "<<Okonjo>>. She never liked it lol"),
    ("PASSWORD", "wifi password?", "<<bluefrog77>>"),
    ("PASSWORD", "What is your memorable word?", "<<marmalade>>"),
    ("PASSWORD", "safe word?", "it's <<pineapple>>"),
    ("PASSWORD", "What's your voicemail PIN", "<<9021>>"),
    ("VEHICLE_ID", "What's the reg of the car?", "<<LK19 XDP>>"),
    ("VEHICLE_ID", "License plate?", "<<7 KLM 882>>"),
    ("VEHICLE_ID", "number plate please", "<<M-KD 4471>>"),
    ("VEHICLE_ID", "plate number?", "<<AB-123-CD>>"),
    ("VEHICLE_ID", "vehicle registration?", "<<KA 05 MN 4471>>"),
    ("ZIP", "Your postcode?", "<<LS6 3HN>>"),
    ("ZIP", "postcode?", "<<1016 GV>>"),
    ("ZIP", "What's your Eircode?", "<<D02 X285>>"),
    ("ZIP", "postal code?", "<<K1A 0B1>>"),
    ("ZIP", "zip/postal code", "<<00-950>>"),
    ("CARD_EXPIRY", "And the expiry date on the card?", "<<09/27>>"),
    ("CARD_EXPIRY", "Expiry?", "<<September 2027>>"),
    ("PHONE", "Can you confirm the last 4 of your phone?", "<<0143>>"),
    ("PHONE", "What's the best number to call?", "<<07 700 900 12 3>>"),
    ("USERNAME", "What is your username?", "<<_jay.marsh_92>>"),
    ("USERNAME", "username?", "its <<jo_marsh>>"),
    ("USERNAME", "What's your user name?", "<<k.o_brien>>"),
    ("ADDRESS", "What's the delivery address?", "<<Flat 3, Rose House, Church Lane>>"),
    ("ADDRESS", "What's your address?", "<<ul. Lipowa 12 m. 4, 31-042 Krakow>>"),
    ("ADDRESS", "address please", "<<C/ Mayor 12, 3o B>>"),
    ("ADDRESS", "Where should we send it? What's the full address?", "<<Lindenweg 5, 20359 Hamburg>> please"),
    ("ADDRESS", "your address?", "<<The Old Rectory, Little Hampden>>"),
    ("ADDRESS", "Can you confirm the address?", "<<block 7 unit 12>>, that's the one on the corner"),
    ("DATE_OF_BIRTH", "What's her date of birth?", "<<4 March>>"),
    ("DATE_OF_BIRTH", "And your son's date of birth?", "no sorry <<4 March 2014>>"),
    ("ACCOUNT_ID", "What's the supporter number?", "<<SUP 44 1827>>"),
    ("ACCOUNT_ID", "library card number", "<<2 9934 00117 4482>>"),
    ("ACCOUNT_ID", "microchip number?", "<<977 200 009 114 482>>"),
    ("ORDER_ID", "Do you have the PNR?", "<<QK7RTP>>"),
    ("ORDER_ID", "PNR please", "<<QKWRTP>>"),
    ("ORDER_ID", "which file number is it?", "<<22/LT/4471>>"),
    ("ORDER_ID", "reference?", "<<WB-GT-44120-A>>"),
    ("ADDRESS", "address?", "<<12 Elm Grove>> leave it with the neighbour"),
    ("ADDRESS", "What's the address?", "<<88 sunset boulevard unit 5>> thanks"),
    ("ADDRESS", "What's the address?", "<<44 market street flat 2, leeds>>"),
    ("ADDRESS", "What's the delivery address please?", "<<12 old mill road>>, it's the blue door"),
    ("ADDRESS", "What is your address?", "I'm at <<9 Harbour View, Cork>> now but moving soon"),
    ("PASSWORD", "What is the code for the door?", "try <<4471>> first"),
)

CLEAN = (
    ("What's the error code?", "0x80070005"),
    ("Which commit broke it?", "8f3a2b1c9d"),
    ("What version are you on?", "10.0.19045.3693"),
    ("When does your card expire?", "next month I think"),
    ("What's the door made of?", "oak, 3 panels"),
    ("What's the wifi speed?", "300 mbps"),
    ("Is the wifi working?", "no, since 9:30"),
    ("What is the plate made of?", "steel 304"),
    ("Do you have the order number?", "no, I ordered at 14:30"),
    ("Can you give me the address?", "it's on my account"),
    ("What's your reg?", "I have no car"),
    ("What's the address?", "I sent it 3 times already"),
    ("What's the job number?", "there is none, the job was on 12 May"),
    ("Can you repeat the reference?", "SKU-48213"),
    ("What's your postcode?", "I moved 3 weeks ago"),
    ("and the file number?", "the path is /var/log/app2.log"),
    ("What's the wifi password?", "I forgot, it was on the sticker"),
    ("What's the safe word?", "I never set one"),
    ("What is your address?", "same as before"),
    ("Where do you live?", "not far from the park, 3 minutes"),
    ("Do you have the door code?", "let me check"),
    ("What's the alarm code?", "beeping since 7:30"),
    ("Which report number?", "about 200 calls were in it"),
    ("What's the job number?", "I have 12 open jobs"),
)


def marked(question: str, answer: str) -> str:
    """Return the answer with what is found in it between double angles, and the labels found."""
    found = resolve(DETECTOR.find(answer, Expected(asked_kinds(question), prompted=True)), drop_labels=CONTEXT_LABELS)
    for finding in reversed(found):
        answer = f"{answer[: finding.start]}<<{answer[finding.start : finding.end]}>>{answer[finding.end :]}"
    labels = {finding.label.value for finding in found}
    return f"{' '.join(sorted(labels))}: {answer}"


@pytest.mark.parametrize(("label", "question", "answer"), ANSWERS)
def test_the_answer_is_found_whole_and_nothing_beside_it(label: str, question: str, answer: str) -> None:
    assert marked(question, re.sub("<<|>>", "", answer)) == f"{label}: {answer}"


@pytest.mark.parametrize(("question", "answer"), CLEAN)
def test_an_answer_that_gives_nothing_away_stays_clean(question: str, answer: str) -> None:
    assert marked(question, answer) == f": {answer}"


def test_there_are_enough_cases_to_mean_something() -> None:
    assert len(ANSWERS) >= 60
    assert len(CLEAN) >= 20
