"""Phrases of support work around names: what introduces one, asks for one, greets by one. Patterns without state.

Every pattern is matched case-insensitively and ends where the name would begin; every repetition in them is bounded or
runs over one class of characters, so that a scan stays linear in the text.
"""

import re
from typing import Final


def _phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


INTRODUCES: Final = _phrase(
    r"""\b (?:
        (?: names? | surname | nickname )
            (?: \s (?: on | for | of ) \s (?: the | this | my | your )
                \s (?: account | booking | reservation | card | ride | order | policy ) )?
            (?: '?s \b | \s (?: is | was | be ) \b (?: \s (?: registered | listed | booked ) \s (?: as | under ) )?
              | \s? [:=] | \s - )
      | under \s (?: the \s )? (?: (?: last | first ) \s )? name (?: \s of )?
      | in \s the \s name \s of
      | on \s behalf \s of
      | calls? \s me
      | (?: customer | account \s holder | card \s? holder | passenger | guest | patient | driver | caller ) \s? [:=]
    ) \s{0,3} ["'(]? """
)
"""What comes before a name and hardly before anything else."""

PRESENTS_SELF: Final = _phrase(
    r"""\b (?:
        (?P<self> i \s? '? m | i \s am | this \s is )
      | it \s? '? s | it \s is | you \s are | you '? re | (?: s?he | that ) 's
    ) \s{1,3} """
)
"""What may come before a name, and before almost anything else; the group `self` where the speaker means himself."""

NAMES_ANOTHER: Final = _phrase(
    r"""\b (?:
        (?: speak | speaking | talk | talking | spoke | spoken | chat | chatting | meet | meeting | met | dealing
          | appointment | session | interview | lunch | dinner | checkup | follow-?up ) \s (?: to | with )
      | ask \s for
      | (?: belongs? | assigned | registered | issued | addressed | related | married ) \s to
      | (?: money | dollars | bucks | funds | euros | pounds | payment | transfer | [$€£] [\d,.]{1,12} ) \s to
      | (?: and | send | transfer | pay | give | wire ) \s [\d,.]{1,12} \s to
      | (?: booked | booking | reservation | reserved | reserve | ride | account | appointment | scheduled )
          \s (?: for | under )
      | names? \s (?: \w{1,12} \s ){0,4} (?: to | as ) | under | (?: book | reserve ) \s \w{1,12} \s for \s me ,
      | (?P<kin> (?: (?: my | his | her | our | your ) \s
            (?: wife | husband | son | daughter | friend | brother | sister | mother | mom | mum | father | dad | boss
              | colleague | partner | fianc[eé]e? | girlfriend | boyfriend | roommate | cousin | aunt | uncle | kid
              | child | assistant | doctor | dentist | therapist | landlord | nephew | niece | neighbou?r )
            | named | called | (?: host | driver | guest | passenger | contact ) \s is )
          (?: \s? , | \s (?: is | named | called ) )?
        | (?: put | book | booked | reserve | list | listed | make | file | filed | registered )
            \s (?: (?: it | that | this ) \s )? under )
      | (?: put | book | reserve | make ) \s (?: it | that | this ) \s for
      | (?: ride | booking | reservation | room | order | account | appointment | claim | ticket )
          (?: \s (?: id | number ) )? (?: \s \#? [\w-]{1,12} )? \s for
      | driver (?: 's | \s? , )?
      | sincerely \s? ,? | regards \s? ,? | signed \s? ,?
    ) \s{1,3} """
)
"""What often comes before somebody's name: a capital or a listed name must follow."""

GREETS: Final = _phrase(
    r"""(?: ^ | [.!?,;\n] ) \s{0,3} (?:
        hi | hello | hey | hiya | dear | welcome (?: \s back )? | thanks | thank \s (?: you | u )
      | good \s? (?: morning | afternoon | evening | day ) | greetings | bye | good \s? bye | cheers | congratulations
      | (?: nice | pleased | good ) \s to \s meet \s you | sorry | okay | ok | alright | perfect | great | certainly
      | got \s it | see \s (?: you | ya | u ) (?: \s (?: soon | later | then | there | tomorrow ) )? | take \s care
    ) (?: \s (?: so | very ) \s much )? (?: \s again )? (?: \s there )? [ ]? [,!.]? [ ]{1,3} """
)
"""What is said before the name of the person who is addressed."""

NEXT_NAME: Final = _phrase(r""" [ ]{0,2} (?: , [ ]? (?: and \s )? | \s and \s | & | \s & \s ) [ ]? """)
"""What stands between the names of a list."""

BEFORE_NUMBER: Final = _phrase(
    r""" [ ]? , [ ]{1,2} (?: and [ ] )? (?: my [ ] )?
    (?: account | acct | acc | customer | member | booking | reservation | confirmation | ride | room | pin | dob | born
      | date \s of \s birth | birth | card | id ) \b """
)
"""What terse writers go on with after their name."""

ADDRESSES_ALONE: Final = _phrase(
    r""" , [ ]{1,2} (?: (?: your | you | we | i | i'm | i'll | i've | we'll | we've | could | can | would | may
      | what | which | when | where | how | please | thank | thanks | is | do | are | the | sorry | for | let | a | an
      | it | it's | he | she | there | to | on | with | if | unfortunately ) \b ) """
)
"""How an agent goes on after the name of the person who is addressed."""

SECRET_QUESTION: Final = _phrase(
    r"""\b (?:
        maiden \s name
      | (?: pet | dog | cat | teacher | school | friend )s? (?: 's? )? \s name
      | name \s of \s (?: my | your | the ) \s (?: (?: first | childhood | favou?rite | oldest | best ) \s ){0,2}
        (?: pet | dog | cat | teacher | school | friend )
    ) \b """
)
"""What security questions ask for."""

IS: Final = _phrase(r"""\s{0,3} (?: is | was | 's | : | = | - | would \s be ) \s{0,3} ["']? """)
"""What stands between the thing asked for and its value."""

TITLE: Final = _phrase(r"""\b (?: (?: dr | mr | mrs | ms | mx | prof ) (?: \s? [.,] [ ]{0,2} | [ ]{1,2} ) ) """)
"""A short title before a name, in whatever case the name is."""

LONG_TITLE: Final = _phrase(
    r"""\b (?: doctor | professor | mister | miss | nurse | officer | captain | aunt | uncle ) [ ]{1,2} """
)
"""A word that may be a title: a capital or a listed name must follow."""
