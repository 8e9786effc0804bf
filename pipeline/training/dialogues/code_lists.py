# ruff: noqa: E501 - lists read best as rows of words
"""Shapes of codes and the words of logins and passwords. Shapes as in `addresses.filled`."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MAIL_DOMAINS: Final = _words(
    "gmail.com gmail.com gmail.com yahoo.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com "
    "msn.com proton.me protonmail.com gmx.de web.de t-online.de yahoo.co.uk hotmail.co.uk btinternet.com "
    "orange.fr free.fr wanadoo.fr laposte.net libero.it virgilio.it wp.pl onet.pl interia.pl seznam.cz mail.ru "
    "yandex.ru ukr.net rediffmail.com yahoo.co.in uol.com.br bol.com.br terra.com.br hotmail.es telefonica.net "
    "ziggo.nl kpnmail.nl telenet.be bluewin.ch telia.com naver.com daum.net qq.com 163.com yahoo.co.jp "
    "docomo.ne.jp bigpond.com xtra.co.nz comcast.net verizon.net sbcglobal.net fastmail.com zoho.com mail.com "
    "me.com ymail.com rocketmail.com att.net cox.net shaw.ca sympatico.ca"
)
COMPANY_DOMAINS: Final = _words(
    "northfieldlogistics.com brightpath.io hartleyandsons.co.uk kestrelmobile.com oakwoodschool.org "
    "stmarysclinic.org bluefinstudio.net tri-county.gov lumenworks.dev castellano-arch.it veldmanbv.nl "
    "maierbau.de dupontfreres.fr acornprint.co riverbend.edu meridianlabs.com paperkite.studio sunrisebakery.com "
    "delacruzlaw.com fjordtech.no nimbuscloud.app greenleaf-garden.com ironbridge.co.uk pacificcrest.org "
    "tanakaseiki.co.jp silverbirch.se novaterra.com.br zielonydom.pl"
)
PHONES: Final = (
    "(199) 199-9999", "199-199-9999", "199.199.9999", "1991999999", "+1 199 199 9999", "1-199-199-9999", "199 199 9999",
    "07999 999999", "07999 999 999", "+44 7999 999999", "0199 999 9999", "020 7999 9999", "07999999999", "+447999999999",
    "+49 151 99999999", "0176 9999999", "089/9999999", "030 99999-99", "+49 (0)40 999999", "06 99 99 99 99", "0699999999",
    "+33 6 99 99 99 99", "01.99.99.99.99", "06-99999999", "+31 6 99999999", "0612999999", "+34 699 999 999", "699999999",
    "+39 399 9999999", "339 999 9999", "+48 599 999 999", "599-999-999", "599 999 999", "+91 98999 99999", "9899999999",
    "98999 99999", "+91-79999-99999", "(11) 99999-9999", "+55 21 99999-9999", "11999999999", "55 1999 9999", "+52 55 9999 9999",
    "090-9999-9999", "+81 90 9999 9999", "010-9999-9999", "+82 10-9999-9999", "138 9999 9999", "+86 139 9999 9999", "9199 9999",
    "0412 999 999", "+61 4 9999 9999", "021 999 9999", "0803 999 9999", "+234 802 999 9999", "+254 7 99 999 999", "082 999 9999",
    "+27 82 999 9999", "+971 50 999 9999", "050-999 9999", "0532 999 99 99", "+90 532 999 9999", "0917 999 9999", "+63 917 999 9999",
    "+62 812-9999-9999", "0812 9999 9999", "012-999 9999", "070-999 99 99", "+46 70 999 99 99", "+47 999 99 999", "+45 99 99 99 99",
    "040 999 9999", "+41 79 999 99 99", "0664 9999999", "+380 50 999 9999", "8 (916) 999-99-99", "+7 916 999 99 99", "+353 86 999 9999",
    "199-9999", "199-199-9999 x199", "199-199-9999 ext 19", "+32 499 99 99 99", "910 999 999",
)  # fmt: skip
CARD_BRANDS: Final = (
    ("4", 16),
    ("51", 16),
    ("52", 16),
    ("54", 16),
    ("55", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("4", 16),
    ("2221", 16),
    ("60", 16),
)
IBANS: Final = (
    ("DE", "199999999999999999"), ("GB", "AAAA99999999999999"), ("FR", "99999999999999999999999"), ("NL", "AAAA9999999999"),
    ("ES", "99999999999999999999"), ("IT", "A9999999999999999999999"), ("PL", "999999999999999999999999"), ("BE", "999999999999"),
    ("AT", "9999999999999999"), ("CH", "99999999999999999"), ("IE", "AAAA99999999999999"), ("PT", "999999999999999999999"),
)  # fmt: skip
PLATES: Final = (
    "AAA 9999", "AAA-9999", "9AAA999", "AA99 AAA", "AA99AAA", "A-AA 9999", "AA-AA 999", "AA-999-AA", "AA 999 AA", "99-AA-99",
    "9-AAA-99", "AA-999-A", "9999 AAA", "AA 99999", "AAA 999", "AA 99 AA 9999", "AA99A9999", "AAA9A99", "AAA-99-99", "A 99999",
    "AAA999", "99 AAA 99", "AAA 99A", "999 AAA", "AA 9999", "9AA 999", "K-AA 9999", "BC 99 99", "AAA·9999",
)  # fmt: skip
NATIONAL: Final[dict[str, tuple[str, ...]]] = {
    "last4": ("9999",),
    "ssn": ("199-99-9999", "199 99 9999", "199999999"),
    "licence": (
        "A9999999",
        "A999-9999-9999",
        "999999999",
        "AAAAA999999AA9AA",
        "AA9999999",
        "99-999-999",
        "A99-99-9999",
        "AAAAA 999999 A99AA",
        "99999999",
    ),
    "nino": ("AA 99 99 99 A", "AA999999A", "AA 999999 A"),
    "pesel": ("99999999999", "89099999999", "75119999999"),
    "aadhaar": ("9999 9999 9999", "999999999999", "9999-9999-9999"),
    "cpf": ("999.999.999-99", "99999999999"),
    "passport": ("999999999", "A99999999", "AA999999", "C99AA9999", "AA9999999", "A9999999", "99AA99999"),
    "tax": ("AAAAA9999A", "99 999 999 999", "99/999/99999", "9999999999", "99-9999999"),
    "dni": ("99999999-A", "99999999A", "A-9999999-A"),
    "bsn": ("999999999", "9999.99.999"),
    "curp": ("AAAA999999HAAAAA99", "AAAA999999MAAAAA99"),
}
ORDERS: Final = (
    "999999", "9999999", "99999999", "999-9999999-9999999", "#9999", "ORD-99999", "AA-999999", "W999999999", "AAA99999", "9999-9999",
    "SO9999999", "A99999", "99-99999", "XXXXXXXX", "99999", "1999", "199",
    "AAA9A9", "A9A9A9", "AA99A", "9A99A", "AAA-99-A", "AAAAAA", "AA9999", "A999AA9", "aaa9999", "9999A", "AAA 999 AA", "999AA99",
    "99/9999", "9999999999", "A-99-999", "1999-99", "99 99 99", "AAAA-9999", "XXXX-XXXX", "999.999.99",
)  # fmt: skip
ACCOUNTS: Final = (
    "99999999",
    "9999999999",
    "999999",
    "AA999999",
    "999-999-999",
    "A-99999",
    "9999 9999",
    "CUST99999",
    "M99999",
    "99999",
    "199999999",
)
TRACKING: Final = (
    "~1Z999AA99999999999",
    "AA999999999GB",
    "9999 9999 9999",
    "JD999999999999999999",
    "94999999999999999999",
    "00399999999999999999",
    "AA 999 999 999 DE",
    "TBA999999999999",
    "H99AA9999999999999",
)
SECRETS: Final = (
    "~sk_live_XaXhXaXhXaXhXaXhXaXhXaXh", "g~hp_XaXhXaXhXaXhXaXhXaXhXaXhXaXhXaXhXaXh", "~AKI~AXXXXXXXXXXXXXXXX", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh",
    "hhhhhhhh-hhhh-4hhh-hhhh-hhhhhhhhhhhh", "xoxb-999999999999-XaXhXaXhXaXhXaXh",
)  # fmt: skip
NICK_WORDS: Final = _words(
    "shadow dragon wolf ninja pixel cosmic silent happy crazy blue red night storm rocket turbo lucky lazy sleepy "
    "angry tiny magic golden iron ghost frost cyber retro salty spicy fuzzy bookworm coffee pizza panda tiger "
    "eagle falcon otter badger gamer coder hiker surf skate metal jazz vinyl zen karma pepper cookie mango peach "
    "cactus daisy maple midnight moon star sun echo nova quantum vector delta omega alpha captain doctor queen "
    "king lord lady little big old"
)
NICK_TAILS: Final = _words(
    "fan lover girl boy guy gal man master wolf fox bear cat dog rider runner hunter maker baker smith slayer "
    "queen king dad mom mum bro dude kid player gamer wizard witch pilot captain star beast monkey duck goose "
    "mouse knight ranger walker dreamer builder nerd geek lady cake soup bean pie bot byte zone world life vibes"
)
PASSWORD_WORDS: Final = _words(
    "sunshine purple tiger summer winter dragon monkey football baseball guitar coffee pepper ginger banana "
    "orange cookie shadow princess freedom rocket silver golden thunder marina london paris madrid tokyo chelsea "
    "arsenal steelers lakers yankees mustang ferrari harley yamaha welcome hello secret letmein garden kitchen "
    "window bottle forest island beach castle wizard phoenix unicorn butterfly dolphin puppy kitten snoopy batman "
    "charlie buddy bailey rocky maggie lucky sparky mittens whiskers password qwerty family forever blessed angel "
    "heaven jesus money dollar diamond crystal rainbow strawberry chocolate pancake"
)
SECURITY_ANSWERS: Final = (
    "Fluffy", "Rover", "Mr Whiskers", "Bella", "Snowball", "Biscuit", "Captain", "Tofu", "Max", "Luna", "Rex", "Lincoln Elementary",
    "St Mary's", "Roosevelt High", "Jefferson Middle School", "Hillside Primary", "Lagos", "Naples", "Ulaanbaatar", "Cork", "Poznan",
    "Cebu", "blue", "turquoise", "lasagna", "pierogi", "biryani", "tacos", "the matrix", "Casablanca", "Spirited Away", "Liverpool",
    "Green Bay Packers", "Barcelona", "Ford Fiesta", "VW Beetle", "Honda Civic", "red Corolla", "Maple Drive", "Elm Road", "Harry Potter",
    "the hobbit", "mrs gonzales", "miss Trunchbull", "Grandpa Joe", "pizza hut", "McDonalds", "rollercoaster", "november", "Tinkerbell",
)  # fmt: skip
ORGS_AFTER_PEOPLE: Final = (
    "Wendy's", "Macy's", "Levi's", "Ford", "Mercedes", "Wells Fargo", "JP Morgan", "Charles Schwab", "Kate Spade", "Calvin Klein",
    "Tommy Hilfiger", "Trader Joe's", "Papa John's", "Johnson & Johnson", "Dr. Martens", "Ralph Lauren", "Hugo Boss", "Ben & Jerry's",
    "Marks & Spencer", "John Lewis", "Harvey Nichols", "Lloyds", "Barclays", "Hilton", "Marriott", "Ritz-Carlton", "Dell", "Philips",
    "Siemens", "Bosch", "Dyson", "Ferrero", "Kellogg's", "Heinz", "Campbell's", "Michael Kors", "Paul Smith", "Ted Baker", "Jack Daniel's",
    "Jimmy John's", "Wendell's", "Harley-Davidson", "Walt Disney", "Victoria's Secret", "Abercrombie", "Lululemon", "Steve Madden", "Clarks",
    "Arthur Andersen", "Morgan Stanley", "Goldman Sachs", "Merrill Lynch", "Edward Jones", "Deloitte", "Allen Edmonds", "Carl's Jr",
    "Domino's", "Denny's", "Arby's", "Sainsbury's", "McDonald's", "Betty Crocker", "Aunt Jemima", "Uncle Ben's", "Sara Lee", "Louis Vuitton",
    "Jo Malone", "Estee Lauder", "Elizabeth Arden", "Mary Kay", "Chanel", "Dior", "Armani", "Versace", "Gucci", "Prada", "Givenchy",
)  # fmt: skip
ORG_STEMS: Final = _words(
    "Kestrel Brightwater Northgate Bluefin Meridian Lumen Oakline Silverlake Harbor Summit Pioneer Evergreen "
    "Atlas Crown Vertex Nimbus Beacon Redwood Falcon Horizon Zenith Cobalt Juniper Willow Sterling Apex Orbit "
    "Sunrise Liberty Heritage Compass Keystone Granite Coral Prairie Aurora Polar Solaris Quantum Maple Copper "
    "Ember Anchor Starling Wren Tandem Loop Nova Pulse Vivid Hive Clover"
)
ORG_TAILS: Final = (
    "",
    "",
    "",
    "Group",
    "Direct",
    "& Co",
    "Ltd",
    "Inc",
    "GmbH",
    "Partners",
    "Online",
    "Services",
    "Solutions",
)
DEVICES: Final = (
    "35999999999999",
    "359999999999999",
    "hh:hh:hh:hh:hh:hh",
    "C02XXXXXXXXX",
    "SN-99999999",
    "R5CXXXXXXXX",
    "9999-9999-9999-9999-9999",
    "AAA9999A999",
)
WALLETS: Final = ("0x" + "h" * 40, "bc1q" + "h" * 38, "1" + "X" * 33)
UNITS: Final = (
    "Apt 4",
    "Unit 12",
    "Flat 3B",
    "#5",
    "2nd floor",
    "Apt C",
    "Suite 210",
    "the basement flat",
    "Room 9",
    "apt 1207",
)
