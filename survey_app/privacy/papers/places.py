"""The places of the council's own records that it words itself, each with our suggestion: what the software does, said
as the questions of the Information Commissioner's template for a data protection impact assessment (DPIA) ask for it.

A suggestion may name facts in braces, as the texts of public pages do. It holds until the council writes its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

REVIEW_AFTER = timedelta(days=365)
SIGN_OFF = "dpia.sign-off"


@dataclass(frozen=True)
class Place:
    """One of them. `asks` is what the template wants to know there."""

    code: str
    heading: str
    asks: str
    suggestion: str

    @property
    def paper(self) -> str:
        """Which page it stands on: "dpia" or "records"."""
        return self.code.partition(".")[0]


@dataclass(frozen=True)
class Step:
    """A part of the assessment with its places, in the order of the template."""

    heading: str
    places: Sequence[Place]


_DPIA = (
    Step(
        "Why an assessment is needed",
        (
            Place(
                "dpia.screening",
                "Screening",
                "What is the project for, and why is an assessment needed?",
                """{council} asks people who contacted it how satisfied they were, to improve its services and to show that it does.

An assessment is needed for these reasons:

- records of contacts from several systems are matched with answers
- people write free text, in which anything may stand, also about health or about others
- a program judges the tone of comments and sorts them
- some of those asked are vulnerable, and cannot easily say no to a council on which they depend
- many people are asked over the years""",
            ),
        ),
    ),
    Step(
        "What is done with data",
        (
            Place(
                "dpia.nature",
                "Nature",
                "How is data collected, used, stored and deleted? Where does it come from, and who gets it?",
                """Contacts come from the council's own systems, without names. Of each, a draw decides by lot whether the person is asked. They get one message and one reminder at most, with a link of their own. Answers are kept apart from addresses. Comments are kept encrypted as they were written; staff read them with details taken out. The data flow below is made from the software's own tables.""",
            ),
            Place(
                "dpia.scope",
                "Scope",
                "What data, how much, how often, how long, about how many people, and in which area?",
                """An e-mail address or phone number and the facts of one contact (service, channel, day), for {keep_details_days} days after it; answers on a scale; comments if people write them; questions about the person if the council asks them ({equality_questions}) and people choose to answer. Nobody is asked twice in {ask_again_days} days. It covers people who contact {council}.""",
            ),
            Place(
                "dpia.context",
                "Context",
                "What is the relation to the people, how much control do they have, would they expect it, are there children or vulnerable people, are there concerns?",
                """People contacted the council themselves and can expect to be asked how it went. Every message says how to stop, for good and with one press. Taking part is voluntary and changes nothing about the service; the pages say so.

Children: contacts of services for children are not asked unless the council's rules let them be. Nobody's age is asked for in order to take part. Vulnerable people: contacts marked as sensitive, such as safeguarding, are never asked, and neither is who is marked as not to be surveyed. Each page with a comment says where to turn in danger, and words that point to danger reach a person at once.""",
            ),
            Place(
                "dpia.purposes",
                "Purposes",
                "What is to be achieved, and what is the benefit for people?",
                """To find out how well people are served, service by service and by way of contact; to put right what went wrong for people who ask for that; to find out whether everyone is served fairly; to prove to an independent assessor and the public what is claimed. People get better services, and can read what was done: “You said, we did”.""",
            ),
        ),
    ),
    Step(
        "Consultation",
        (
            Place(
                "dpia.consultation",
                "Who was asked",
                "When and how are people's views sought, and who inside and outside is consulted?",
                """Not written yet. Name whom you asked: residents' panels, groups for disabled people, the services, information security, the suppliers that carry messages, and the data protection officer.""",
            ),
        ),
    ),
    Step(
        "Necessity and proportion",
        (
            Place(
                "dpia.necessity",
                "Necessity",
                "What is the lawful basis? Does it reach the purpose? Is there another way? How is data kept to the least needed and right, and how are rights supported?",
                """The basis is public task: UK GDPR Article 6(1)(e) with section 8 of the Data Protection Act 2018. It is not consent; people have the right to object, and can do so by one press.

A sample is drawn where that is enough. Names are never needed. Figures on fewer than {smallest_base} answers are not shown. People can ask what is held, have it deleted and complain at {data_complaint_page}. Answers stay as figures about nobody when a person's data is deleted. Transfers outside the United Kingdom happen only where a supplier of the council makes them: see the records of processing.""",
            ),
            Place(
                "dpia.policy",
                "Appropriate policy document",
                "If questions on equality are asked: how are the principles met, and how long is the data kept (DPA 2018, Schedule 1, Part 4)?",
                """Answers to questions on equality are processed under Schedule 1, paragraph 8 of the Data Protection Act 2018 (equality of opportunity or treatment).

- Lawful and fair: each question is optional, comes after the survey and says why it is asked.
- One purpose: to find out whether people are served equally well. No decision about anybody is made from them.
- Least data: age in bands, no free text; a group of fewer than {smallest_base} is not shown.
- Right: people can change what they said for as long as they can change their answer.
- Time: kept as long as the answer, and deleted when it is withdrawn.
- Secure: never shown beside an answer or a comment.

This document is kept until six months after the processing ends, and reviewed with this assessment.""",
            ),
        ),
    ),
    Step(
        "Risks and measures",
        (
            Place(
                "dpia.risks",
                "What we see differently",
                "Which risks do you rate differently from the table, and which of your own come to it?",
                """Nothing is written here yet. The table says what the software does against each risk; what your organisation does (training, contracts, who has which role) belongs here.""",
            ),
        ),
    ),
    Step(
        "Deciding by machine",
        (
            Place(
                "dpia.transparency",
                "Algorithmic transparency record",
                "What does the tool decide, how does it fit into the work, who looks at it, and how good is it?",
                """The facts below are the software's own. Write here who owns the tool in your council, where people can ask about it, and whether you publish a record in the Algorithmic Transparency Recording Standard.""",
            ),
        ),
    ),
    Step(
        "Sign-off",
        (
            Place(
                SIGN_OFF,
                "Sign-off",
                "Who approved the measures and the risk that is left, what did the data protection officer advise, and was that followed?",
                "",
            ),
        ),
    ),
)
_RECORDS = (
    Place(
        "records.controller",
        "Controller",
        "Who is responsible, jointly with whom, and who is the data protection officer?",
        """{council}, {postal_address}

Data protection officer: {data_protection_email}""",
    ),
    Place(
        "records.contracts",
        "Processors and contracts",
        "Who runs the computers and carries messages for you, under which contract, in which country?",
        "",
    ),
    Place(
        "records.security",
        "Your own security measures",
        "What do you do beside the software: training, devices, contracts, backups?",
        "",
    ),
)

STEPS: Sequence[Step] = _DPIA
RECORDS: Sequence[Place] = _RECORDS
PLACES: Mapping[str, Place] = {
    place.code: place for place in (*(place for step in _DPIA for place in step.places), *_RECORDS)
}


def review_due(signed_on: date | None, today: date) -> bool:
    """Whether the assessment has to be looked at: never signed off, or a year ago."""
    return signed_on is None or signed_on + REVIEW_AFTER <= today
