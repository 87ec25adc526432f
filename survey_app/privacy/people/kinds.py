"""The kinds of things that are held about a person, in plain words: what each is, why it is there, for how long, and
what an erasure makes of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind. `label` is for staff, `title` for the person; `erased` says what becomes of it."""

    code: str
    label: str
    title: str
    what: str
    why: str
    kept: str
    erased: str


_SERVICE = (
    "So that we can ask how a service went, as part of running and improving it (public task, UK GDPR Article 6(1)(e))."
)

CONTACTS = Kind(
    "contacts",
    "Contacts",
    "Your contacts with the council",
    "That you were in touch about a service: the day, how, and how it ended. Your e-mail address and phone number "
    "while we could still need them to ask you.",
    _SERVICE,
    "Address and number for about a month; what tells that two contacts are of the same person for about three years.",
    "Address, number, references and the time of day go. That somebody was in touch on that day stays.",
)
MESSAGES = Kind(
    "messages",
    "Messages sent",
    "Messages that we sent you",
    "Invitations to a survey and reminders: when they went, how, and whether they arrived. Not their links, of which "
    "we keep only what tells a right one from a wrong one.",
    _SERVICE,
    "About three years.",
    "Their links stop working, and the time of day goes. That a message was sent on that day stays.",
)
ANSWERS = Kind(
    "answers",
    "Answers",
    "Your answers",
    "What you chose in a survey.",
    _SERVICE,
    "As nobody's answers, for as long as the council compares its years.",
    "They stay, as nobody's.",
)
WORDS = Kind(
    "words",
    "What they wrote",
    "What you wrote",
    "Your words as you wrote them; how they read once details of people are taken out; and how a program sorted them. "
    "No decision about you is made by it.",
    _SERVICE,
    "As you wrote them for about a year; without details of people for about three.",
    "All words go, in both forms. How they were sorted stays, as a count.",
)
ABOUT_YOU = Kind(
    "about_you",
    "What they told of themselves",
    "What you told us of yourself",
    "Answers to questions about you, such as your age group, if you chose to give them.",
    "To see whether the council serves everybody alike (Equality Act 2010, section 149). You need not answer them.",
    "About three years, and never shown beside your answers.",
    "They go.",
)
FOLLOW_UPS = Kind(
    "follow_ups",
    "Follow-ups and consents",
    "Getting in touch with you",
    "That you let us contact you about an answer, how, what was done, and what staff noted.",
    "You agreed to it.",
    "Address, number and notes for 90 days.",
    "Address, number and notes go, and nobody gets in touch.",
)
ALERTS = Kind(
    "alerts",
    "Alerts",
    "That somebody was told of your words at once",
    "That words of yours sounded as if somebody may be in danger or at risk, by which of our phrases they were found, "
    "what a person decided and noted.",
    "To act where somebody may come to harm.",
    "What was noted as long as your words; that there was an alert as long as your answer.",
    "What was noted goes. That there was an alert stays.",
)
SHOWN = Kind(
    "shown",
    "Where their words are quoted",
    "Where your words are quoted",
    "Your words, without details of people, where staff chose them as an example.",
    _SERVICE,
    "As long as what quotes them; in a pack for an assessor, as that was made.",
    "The quote goes. Packs that were signed stay, and are named.",
)
ACCOUNT = Kind(
    "account",
    "Their account here",
    "Your account here",
    "That you work with this site, or assessed us: your name, address and role, and when you signed in. What you did "
    "is in our audit, under a number.",
    "So that only those who need it see what is held here.",
    "Until some time after your access ended; lines of the audit for good.",
    "It stays: it is ended under People.",
)
DRAFTS = Kind(
    "drafts",
    "Answers that were begun",
    "Answers that you began",
    "What you saved and have not sent.",
    "So that you can go on where you stopped.",
    "Until the survey closes.",
    "They go. That somebody stopped at a question stays.",
)
TEXTS = Kind(
    "texts",
    "Text messages from them",
    "Text messages from you",
    "That you sent us a text message, and what came of it; its words are with your answers.",
    "So that the same message is not counted twice.",
    "About three years.",
    "They go.",
)
STOPS = Kind(
    "stops",
    "Stops",
    "That you want no surveys",
    "A keyed hash of your address or number: nobody can read it, but we see that a message must not go there. Of your "
    "reference with us, the reference, until you are erased; then a keyed hash too.",
    "Because you told us to stop, and have the right to.",
    "For good.",
    "The hash stays, unless you ask that it goes too: then you may be asked again.",
)
BLOCKS = Kind(
    "blocks",
    "Addresses that did not work",
    "Addresses that did not work",
    "That messages to your address or number did not arrive, by a keyed hash.",
    "So that we do not send there in vain.",
    "About two months; where an address does not exist, until somebody says that it does.",
    "They go.",
)
FILES = Kind(
    "files",
    "Files with rows about them",
    "Files that wait",
    "Rows about you in files of contacts that were brought and are not deleted yet.",
    _SERVICE,
    "Hours, on our pages; in the council's own folder until the council deletes them.",
    "The rows about you go.",
)
COMPLAINTS = Kind(
    "complaints",
    "Complaints about data",
    "Complaints about your data",
    "What you wrote to us about how your data was used, and what we answered.",
    "The law says that we must deal with it (Data (Use and Access) Act 2025).",
    "Until some time after it is settled.",
    "One that is answered goes. One that is not has to be answered first.",
)
MENTIONS = Kind(
    "mentions",
    "Named by others",
    "Where others name you",
    "Your address, number or reference in what somebody else wrote, or in what staff wrote, such as a search that they "
    "saved. What others wrote is theirs and is not given out.",
    _SERVICE,
    "As long as their words.",
    "The place that names them goes out of what others wrote and of notes. Other texts of staff are named below.",
)

KINDS = (
    CONTACTS,
    MESSAGES,
    ANSWERS,
    WORDS,
    ABOUT_YOU,
    ALERTS,
    SHOWN,
    FOLLOW_UPS,
    DRAFTS,
    TEXTS,
    STOPS,
    BLOCKS,
    FILES,
    COMPLAINTS,
    ACCOUNT,
    MENTIONS,
)

NOT_SEARCHED = (
    "Answers at a kiosk or by an open link without an address: they were never anybody's.",
    "Your name alone, in what others wrote: it may be somebody else's.",
    "Documents that staff uploaded as evidence: nothing in them can be searched.",
    "Backups: they are deleted by their age.",
    "The systems of the council in which its services keep their own records about you.",
)
RIGHTS = (
    "You can ask us to correct or delete what is held, or to stop asking you.",
    "You can complain to us about how your data was used; we say within 30 days that we have it.",
    "You can complain to the Information Commissioner: ico.org.uk/make-a-complaint, 0303 123 1113.",
)
