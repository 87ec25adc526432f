"""The words around a name: what stands before one, what stands behind one, and what a place is called with."""

from __future__ import annotations

import re

from survey_app.comments.redaction.lists import words_in

TITLES = words_in("mr mrs ms mx mister messrs cllr cllrs")
# Words of their own, too: a title only where a name follows that is written as one.
MAYBE_TITLES = words_in(
    """
    miss dr doctor prof professor rev revd reverend sir dame lord lady councillor councilor father sister imam
    pastor rabbi uncle auntie aunt aunty nanny cousin officer inspector sergeant constable pc nurse captain baroness
    madam
    """
)
SHORTENED = words_in("dr prof rev revd")  # a dot behind it ends no sentence
PARTICLES = words_in(
    """
    van de der den da dos del di von al el bin bint ibn ap ab mac mc la le st ul ur uz
    """
)
SAINTS_AND_CROWNS = words_in("st saint queen king prince princess santa duke lord royal")
DETERMINERS = words_in(
    """
    the a an our your this that these those my his her their no some any every each another
    """
)
TO_A_PLACE = words_in("in at near from to around via of through past into outside towards behind the")

# A first name that one of these follows is the name of a place.
PLACES = words_in(
    """
    road rd street st lane avenue ave close crescent drive court gardens garden grove terrace place square way walk
    hill rise view mews row green park parade gate house tower towers lodge hall school academy college hospital
    ward library centre center station church chapel cathedral cemetery pub inn arms hotel bridge common wood woods
    field fields farm estate roundabout theatre museum gallery pool infirmary university stadium market docks dock
    wharf quay river beach island cottage buildings building mansions surgery clinic hub pavilion arcade line day
    cross memorial foundation bank care nursery
    """
)
# These name a place behind a first name in small letters, too: "James Cook hospital".
PLAIN_PLACES = words_in(
    """
    road street avenue lane park hospital school library ward station court house gallery museum
    """
)
SURNAME_OR_PLACE = words_in(
    """
    lane hill field fields hall wood church park house brook green banks bridge cross
    """
)
# A run of words with capitals that holds one of these names a body or a service.
BODIES = words_in(
    """
    council borough city county district parish housing services service team teams department homes ltd limited
    group association trust society company association tax benefits benefit health planning support care app scheme
    centre office police hospital school police nhs university college union committee board plan project
    partnership ward
    """
)

_PERSON = (
    r"(?:lady|ladies|gentleman|gent|man|woman|chap|guy|girl|boy|lad|lass|bloke|person|someone|somebody|fella|"
    r"adviser|advisor|"
    r"officer|manager|supervisor|director|assistant|clerk|receptionist|operator|operative|(?:case|key|"
    r"support)?worker|colleague|agent|warden|inspector|driver|caretaker|"
    r"librarian|councillor|apprentice|surveyor|engineer|plumber|electrician|teacher|tenant|landlord|nurse|doctor|"
    r"handler|co-?ordinator|leader|representative|rep|employee|member of staff|staff member|volunteer|trainee|"
    r"secretary|"
    r"neighbour|friend|husband|wife|partner|son|daughter|brother|sister|mother|father|mum|dad|uncle|aunt|auntie|nan|"
    r"grandson|granddaughter|grandad|nephew|niece|cousin|carer|child|baby|boss)"
)
_SAYS = r"(?:spoke|speak|speaks|speaking|spoken|talk|talked|talking|chatted|chatting)"
# Nobody but a person is named so, whatever the word looks like.
CALLED = re.compile(
    rf"(?:\bname (?:is|was)|\bname's|\bnames|{_PERSON}(?: who)?(?: (?:is|was|i saw was|"
    rf"i spoke to was))? (?:called|named)|"
    rf"\b(?:she|he|they|she's|he's|she is|he is|she was|he was) (?:called|named))$"
)
# A word with a capital that is no plain English is a name behind one of these; so is a name that is also a word.
ADDRESSED = re.compile(
    rf"(?:\b{_SAYS} (?:to|with)(?: an?)?|\b(?:thanks|thank you|thankyou|thanx|cheers|kudos)(?: again| so much|"
    rf" very much)?(?: to| too)?|"
    r"\bask(?:ed|ing)?(?: to speak to| for)?|"
    r"\b(?:helped|seen|served|handled|answered|assisted|visited|explained|resolved|dealt with|looked after|met|"
    r"treated|advised|greeted) (?:by|with)|"
    r"\b(?:chat|chatted|dealt|deal|dealing|liaised|met|meeting|appointment|call|conversation|visit) with|"
    r"\b(?:dear|hi|hello|hey)|\bcredit to|\bpraise for|\bshout ?out (?:to|for)|\bwell done(?: to)?|\bbravo|"
    r"\bgrateful to|"
    r"\b(?:service|help|support|advice|call|email|letter|message) (?:from|by)|"
    rf"\b(?:my|our|his|her|their|your|the|an?|social|support|case|housing|duty)(?: late| new| old| elderly|"
    rf" disabled)? (?:\w+ )?{_PERSON}(?: is| was)?|"
    r"\b(?:to|with|about|by|told|against) my \w+)$"
)
# Where a name that is also a flower or a town may stand, in a sentence that goes on.
REACHED = re.compile(
    r"\b(?:named|rang|ring|phoned|phone|called|call|emailed|email|contacted|contact|told|tell|got|and|saw|see|"
    r"by|to|with|for|from|is|was|love|only|even|when|while|that|until|thanks?)$"
)
SIGNED = re.compile(
    r"(?:\b(?:regards|sincerely|faithfully|truly|wishes|(?:thanks|thank you)(?: in advance| again| so much|"
    r" a lot)?|cheers|signed|yours|love)[\s,.!–-]{1,4}|[.!?,] ?[-–~] ?|\n[-–~] ?)$",
    re.IGNORECASE,
)
AFTER_SIGNATURE = re.compile(r"[\s.!xX,:()-]{0,10}")
SPOKEN_TO = re.compile(r"\b(?:spoke|spoken|speak|speaking|talked) (?:to|with)$")
THANKED = re.compile(r"\b(?:thanks?|thanks? (?:you )?to|to)$")

_TEAM = (
    r"(?:front |help |enquiry |main |information )?(?:desk|phones?|reception|counter|switchboard|helpdesk|line|"
    r"team|web ?chat|office|"
    r"contact centre|call centre|customer services?|council tax|housing|planning|licensing|parking|benefits?|"
    r"library|depot|"
    r"registrars?|waste|hub|repairs|environmental health|highways|social (?:care|services)|revenues?|rents?|"
    r"electoral|adult|children'?s|lettings|allocations|"
    r"pest control|building control|trading standards|bulky waste|street ?scene|enforcement|finance|"
    r"homelessness|leisure|education|admissions|complaints|security|recycling|blue badges?|front|door|tip)"
)
_PRAISED = (
    r"(?:helpful|lovely|great|kind|brilliant|excellent|fantastic|amazing|polite|patient|rude|wonderful|"
    r"marvellous|friendly|"
    r"professional|superb|understanding|unhelpful|dismissive|efficient|abrupt|on leave|a star|a credit|"
    r"a pleasure|a delight|an absolute|no better|her name|his name|the best)"
)
# No unknown word that ends so names a person, not even where a sentence begins.
NO_NAME_ENDING = re.compile(r"(?:ists?|ions?|ments?|ness|ics|ings?|ances?|ences?|ities|ity|ors|ers|als|ies)$")
_DID = (
    r"(?:helped|sorted|explained|answered|told|said|rang|promised|dealt|went|listened|deserves?|took|visited|visits|"
    r"phoned|emailed|assured|advised|fixed|hung|solved|treated|refused|apologised|spoke|could not have|couldn't have)"
)
STAFFED = re.compile(rf"(?:from|in|on|at|behind)(?: the| your| our)?(?: \w+)? ?{_TEAM}\b")
IN_A_TEAM = re.compile(rf"(?:from|in|on|at|behind)(?: the| your| our)? {_TEAM}\b")
IN_A_ROLE = re.compile(rf"(?:the|our|your|my) (?:\w+ )?{_PERSON}\b")
ACTED = re.compile(
    rf"(?:who (?:was|is|{_DID})|(?:was|is|were|has been|have been)(?: so| very| really| extremely| most| always|"
    rf" absolutely| incredibly| just| both)?"
    rf" {_PRAISED}|(?:then |really |kindly |quickly |also )?{_DID})\b"
)
DOING = re.compile(f"{STAFFED.pattern}|{ACTED.pattern}")
