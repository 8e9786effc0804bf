# ruff: noqa: E501 - one kind of word a row
"""Words that resemble personal data and are none: prices, versions, promo codes, products, months, ordinary words."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


CLEAN: Final[dict[str, tuple[str, ...]]] = {
    "price": ("$19.99", "$1.99", "$199", "£19.99", "£1,999", "€19,99", "€199", "Rs 1999", "₹1,999", "19.99 USD", "199 dollars", "R$ 199", "19 euros", "1999 zł",
              "$1999.99", "19 bucks", "$9", "£9.50", "CHF 19.90", "$1.9k", "199.00", "19 quid"),
    "percent": ("10%", "15%", "20 percent", "50%", "5%", "30% off", "99.9%"),
    "qty": ("2", "3", "two", "three", "4", "6", "a dozen", "12", "5", "24", "one", "1", "6", "7", "8"),
    "date": ("March 1", "12/19", "May 19", "June 1st", "19 April", "1 August", "April 19", "the 1st", "the 19th", "2026-09-19", "19/09", "Sept 1", "19.09.2026",
             "October 1, 2026", "the 3rd of May", "Aug 19", "the 14th", "Nov 1", "09/19/2026"),
    "day": _words("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Mon, Fri, Tues, Sat"),
    "month": _words("January, February, March, April, May, June, July, August, September, October, November, December"),
    "when": _words("tomorrow, today, yesterday, this weekend, tonight, next week, last week, last month, right now, this morning"),
    "time": ("9am", "1:19 pm", "19:30", "10:45", "noon", "half past 9", "9 o'clock", "1:30", "9.15", "11 PM", "7 in the morning", "6ish", "1pm EST"),
    "duration": ("9 days", "two weeks", "19 minutes", "an hour", "24 hours", "3 business days", "6 months", "19 mins", "2-3 days", "a couple of days", "1 week"),
    "version": ("v9.1", "1.9.19", "iOS 19.1", "Android 14", "9.0.1", "version 1.9", "build 1999", "Windows 11", "macOS 14.9", "2.0", "Chrome 119", "v19"),
    "error": ("E-199", "error 404", "ERR_19", "0x80070019", "code 1999", "503", "E9", "HTTP 500", "error 19", "F19", "ERR-1009", "DRM-9", "500", "403 forbidden",
              "P0199", "NW-9-19", "AADSTS50011", "42P01"),
    "promo": ("SAVE19", "WELCOME10", "SPRING26", "FREESHIP", "VIP20", "HELLO15", "BLACKFRIDAY", "SUMMER19", "NEWYOU", "STUDENT10", "ROSE20", "GRACE15", "TAKE10", "MAY25"),
    "model": ("XR-1999", "MX19", "A19", "iPhone 14", "Galaxy S23", "Pixel 9", "ThinkPad X1", "TL-R199", "WH-1999XM", "PS5", "EOS R9", "KX199", "Model 3", "RTX 4070",
              "DS-199", "G19", "QN65", "M2 Air", "AX1999"),
    "room": ("room 199", "room 19", "Suite 9", "room 1999", "Hall B", "Room 9A", "conference room 2", "199"),
    "gate": ("gate B19", "gate 9", "Gate A1", "terminal 2", "platform 9", "track 19", "Terminal B", "platform 1A", "row 19", "seat 19A", "bay 9", "aisle 9"),
    "colour": _words("navy, charcoal, rose gold, olive, burgundy, teal, mint, lavender, amber, violet, scarlet, ruby red, jade green, coral, hazel, ivory, sienna, cherry"),
    "fabric": _words("denim, linen, cotton, chiffon, georgette, corduroy, velvet, jersey, cashmere, satin, tweed, merino, chambray, paisley, gingham, silk, organza"),
    "size": _words("M, L, XL, 9, 10.5, size 12, 38, 42, UK 9, EU 39, medium, 2XL, S, 32x34, 6.5"),
    "title": _words("Mr, Mr, Mr, Mrs, Mrs, Mrs, Ms, Ms, Ms, Dr, Dr, Mr, Ms, Mr., Mrs., Ms., Dr., Miss, Professor, Sir, Prof., Mister, Captain, Rev., Sr., Señora, Herr, Madame"),
    "relation": _words("wife, husband, mother, father, son, daughter, brother, sister, partner, roommate, neighbour, boss, mom, dad, landlord, tenant, aunt, uncle, grandmother, "
                       "grandson, boyfriend, girlfriend, fiancé, colleague, flatmate, carer, nephew, niece, cousin, assistant, stepson, mother-in-law, ex-wife, friend"),
    "job": _words("driver, courier, technician, doctor, nurse, manager, landlord, plumber, instructor, teacher, agent, supervisor, vet, dentist, engineer, adviser, receptionist, "
                  "cashier, pharmacist, tutor, case worker, installer, host, coach, broker, underwriter, surveyor, electrician, therapist"),
    "browser": _words("Chrome, Firefox, Safari, Edge, Opera, the app, my phone, incognito mode, my laptop, Brave, my iPad"),
    "number": ("9", "19", "9", "3", "12", "two", "five", "40", "9", "six"),
    "reading": ("19999", "1999", "199999", "19 999", "19,999", "199"),
    "year": ("2024", "2025", "2019", "2026", "2022", "1999"),
    "flight": ("AA199", "BA 199", "LH1999", "UA 1999", "KL19", "FR1999", "EK 9", "DL199", "6E 199", "QR19"),
    "seat": ("19A", "9C", "19F", "row 9", "1D"),
    "weather": _words("rainy, freezing, lovely, boiling, grey, sunny, windy, snowing"),
    "pet": _words("cat, dog, rabbit, parrot, hamster, puppy, kitten, labrador, poodle, tabby, beagle, guinea pig, tortoise"),
    "ref": ("ticket", "case", "reference", "case number", "ticket number", "reference number", "incident number", "case ID", "ref", "confirmation code"),
}  # fmt: skip
"""Shapes as in `addresses.filled`, of digits alone: 9 is any digit, 1 any but zero where the entry stands in `DIGITAL`."""
DIGITAL: Final = frozenset({"price", "error", "version", "model", "room", "gate", "qty", "number", "flight", "seat"})
