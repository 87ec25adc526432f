"""Enough Urdu to lay a page out from right to left: for tests alone, nobody has proof-read it for residents."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

LANGUAGE = "ur"
PAGE = {
    "Skip to the questions": "سوالات پر جائیں",
    "Send": "بھیجیں",
    "(optional)": "(اختیاری)",
    "or": "یا",
    "Error:": "غلطی:",
    "There is a problem": "ایک مسئلہ ہے",
    "What you typed has been kept.": "آپ نے جو لکھا وہ محفوظ ہے۔",
    "You can stop at any time: taking part is your choice.": "آپ کسی بھی وقت رک سکتے ہیں: حصہ لینا آپ کی مرضی ہے۔",
    "Thank you": "شکریہ",
    "We have your answers.": "ہمیں آپ کے جوابات مل گئے ہیں۔",
    "Reference": "حوالہ",
    "What happens next": "آگے کیا ہوگا",
    "If you want to complain": "اگر آپ شکایت کرنا چاہتے ہیں",
    "This survey is not a complaint.": "یہ سروے شکایت نہیں ہے۔",
    "Make a complaint": "شکایت کریں",
    "or call": "یا فون کریں",
    "You can close this page now.": "اب آپ یہ صفحہ بند کر سکتے ہیں۔",
    "Stop asking me": "مجھ سے مزید نہ پوچھیں",
    "We do not know this link": "ہم اس لنک کو نہیں جانتے",
}
SURVEY = {
    "satisfaction": "مجموعی طور پر، آپ ہماری خدمت سے کتنے مطمئن تھے؟",
    "why": "آپ نے یہ جواب کیوں دیا؟",
}
MISSING = "بتائیں کہ آپ کتنے مطمئن تھے"
OPTIONS = {
    "5": "بہت مطمئن",
    "4": "کافی مطمئن",
    "3": "نہ مطمئن نہ غیر مطمئن",
    "2": "کافی غیر مطمئن",
    "1": "بہت غیر مطمئن",
    "dk": "مجھے نہیں معلوم",
}


def write_catalogue(folder: Path) -> None:
    """Write the words of the pages where Flask-Babel looks for them."""
    catalogue = Catalog(locale=LANGUAGE)
    for english, translated in PAGE.items():
        catalogue.add(english, translated)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
