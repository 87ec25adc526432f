"""Enough Urdu to lay a page out from right to left: for tests alone, nobody has proof-read it for residents."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from survey_app.extensions import db
from survey_app.responses.forms import TOO_LONG
from survey_app.responses.views import TOO_QUICK, UNKNOWN_CODE
from survey_app.surveys.models import Option, Question, QuestionVersion, SurveyItem, SurveyVersion

LANGUAGE = "ur"
PAGE = {
    "Skip to the questions": "سوالات پر جائیں",
    "Send": "بھیجیں",
    "(optional)": "(اختیاری)",
    "or": "یا",
    "Error:": "غلطی:",
    "Day": "دن",
    "Month": "مہینہ",
    "Year": "سال",
    "No number": "کوئی نمبر نہیں",
    "Please say what": "براہ کرم بتائیں کیا",
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
    "Language": "زبان",
    "Yes, please contact me": "جی ہاں، مجھ سے رابطہ کریں",
    "No, thank you": "نہیں، شکریہ",
    "Accessibility": "رسائی",
    "Cookies": "کوکیز",
    "phone call": "فون کال",
    "visit": "ملاقات",
    "visit to our website": "ہماری ویب سائٹ پر آمد",
    "e-mail": "ای میل",
    "About your %(contact)s on %(day)s about": "آپ کی %(day)s کی %(contact)s کے بارے میں، موضوع:",
    "About your %(contact)s to %(place)s about": "%(place)s میں آپ کی %(contact)s کے بارے میں، موضوع:",
    "About your %(contact)s about": "آپ کی %(contact)s کے بارے میں، موضوع:",
    "We have an answer from this link, given on %(day)s. If you gave it you do not have to do anything. "
    "If it was not you, or you want to change it, answer again: the new answer replaces it.": (
        "اس لنک سے ہمیں %(day)s کو جواب ملا۔ اگر وہ آپ نے دیا تھا تو آپ کو کچھ کرنے کی ضرورت نہیں۔ "
        "اگر وہ آپ نہیں تھے یا آپ اسے بدلنا چاہتے ہیں تو دوبارہ جواب دیں: نیا جواب اس کی جگہ لے لیتا ہے۔"
    ),
    "Question %(first)s of %(of)s": "سوال %(first)s از %(of)s",
    "Questions %(first)s to %(last)s of %(of)s": "سوال %(first)s تا %(last)s از %(of)s",
    "About %(minutes)s minutes to go": "تقریباً %(minutes)s منٹ باقی",
    "About a minute to go": "تقریباً ایک منٹ باقی",
    "Less than a minute to go": "ایک منٹ سے کم باقی",
    "This page was open for a long time. We kept what you wrote: check it and press %(button)s once more.": (
        "یہ صفحہ دیر تک کھلا رہا۔ آپ نے جو لکھا وہ محفوظ ہے: اسے دیکھ لیں اور دوبارہ %(button)s دبائیں۔"
    ),
    "Your answers so far are kept until %(day)s.": "آپ کے اب تک کے جوابات %(day)s تک محفوظ ہیں۔",
    "You had got to question %(first)s.": "آپ سوال %(first)s تک پہنچے تھے۔",
    TOO_QUICK: "یہ بہت جلدی تھا۔ اپنا جواب دیکھ لیں اور دوبارہ ’بھیجیں‘ دبائیں۔",
    TOO_LONG: "جو آپ نے لکھا اسے 5,000 حروف یا کم تک مختصر کریں",
    UNKNOWN_CODE: "ہم اس کوڈ کو نہیں جانتے۔ ہر حرف اور ہندسہ ہمارے پیغام سے ملائیں، پھر دوبارہ کوشش کریں",
    "(opens a new window)": "(نئی ونڈو میں کھلے گا)",
    "Take the answer back": "جواب واپس لیں",
    "Start again": "دوبارہ شروع کریں",
    "You chose this answer in our e-mail. You can change it.": (
        "آپ نے یہ جواب ہماری ای میل میں چنا تھا۔ آپ اسے بدل سکتے ہیں۔"
    ),
    "Leave this empty": "اسے خالی چھوڑ دیں",
    "Continue": "جاری رکھیں",
    "Back": "واپس",
    "To go on later, keep the address of this page.": "بعد میں جاری رکھنے کے لیے اس صفحے کا پتہ محفوظ رکھیں۔",
    "To go on later, open our link again.": "بعد میں جاری رکھنے کے لیے ہمارا لنک دوبارہ کھولیں۔",
    "May we contact you about your answers?": "کیا ہم آپ کے جوابات کے بارے میں آپ سے رابطہ کر سکتے ہیں؟",
    "Only if you want us to.": "صرف اگر آپ چاہیں۔",
    "Saved. We may call or write to you about your answers.": (
        "محفوظ ہو گیا۔ ہم آپ کے جوابات کے بارے میں آپ کو فون کر سکتے ہیں یا لکھ سکتے ہیں۔"
    ),
    "We will use the e-mail address or phone number that you gave us.": (
        "ہم وہی ای میل پتہ یا فون نمبر استعمال کریں گے جو آپ نے ہمیں دیا تھا۔"
    ),
    "Use another address or number": "کوئی دوسرا پتہ یا نمبر استعمال کریں",
    "Another e-mail address or phone number": "دوسرا ای میل پتہ یا فون نمبر",
    "E-mail address or phone number": "ای میل پتہ یا فون نمبر",
    "Only if you chose yes.": "صرف اگر آپ نے ہاں چنا ہے۔",
    "Save": "محفوظ کریں",
    "The team for %(service)s reads every comment, with personal details removed. Your answers are "
    "never used to make a decision about you.": (
        "%(service)s کی ٹیم ہر تبصرہ ذاتی تفصیلات ہٹا کر پڑھتی ہے۔ آپ کے جوابات آپ کے بارے میں کسی فیصلے "
        "کے لیے کبھی استعمال نہیں ہوتے۔"
    ),
    "Changed your mind?": "ارادہ بدل گیا؟",
    "Withdraw your answers": "اپنے جوابات واپس لیں",
    "until %(day)s. Keep the address of this page to do it later.": (
        "%(day)s تک۔ بعد میں ایسا کرنے کے لیے اس صفحے کا پتہ محفوظ رکھیں۔"
    ),
    "Change your answers": "اپنے جوابات بدلیں",
    "withdraw them": "انہیں واپس لیں",
    "until %(day)s, using the same link.": "%(day)s تک، اسی لنک سے۔",
    "You said:": "آپ نے کہا:",
    "We did:": "ہم نے کیا:",
    "See what else has changed": "دیکھیں اور کیا بدلا ہے",
    "Contact about your answers": "آپ کے جوابات کے بارے میں رابطہ",
    "Saved. We will call or write by %(day)s.": "محفوظ ہو گیا۔ ہم %(day)s تک فون کریں گے یا لکھیں گے۔",
    "No: saved. We will not contact you.": "نہیں: محفوظ ہو گیا۔ ہم آپ سے رابطہ نہیں کریں گے۔",
    "Change this": "اسے بدلیں",
    "Saved: your answers about yourself.": "محفوظ ہو گئے: آپ کے اپنے بارے میں جوابات۔",
    "Answer those questions again": "ان سوالوں کے دوبارہ جواب دیں",
    "to help us treat everyone fairly.": "تاکہ ہم سب سے یکساں سلوک کر سکیں۔",
    "This survey was answered": "اس سروے کا جواب دیا جا چکا ہے",
    "We have an answer from this link, given on %(day)s. The time to change it is over.": (
        "اس لنک سے ہمیں %(day)s کو جواب ملا۔ اسے بدلنے کا وقت ختم ہو چکا ہے۔"
    ),
    "If it was not you, tell the council: ask for the team that runs this survey.": (
        "اگر وہ آپ نہیں تھے تو کونسل کو بتائیں: اس سروے کی ٹیم کا پوچھیں۔"
    ),
    "You can also": "آپ یہ بھی کر سکتے ہیں:",
    "make a complaint": "شکایت کریں",
    "This survey has closed": "یہ سروے بند ہو چکا ہے",
    "The time to answer is over. Thank you for wanting to tell us.": (
        "جواب دینے کا وقت ختم ہو چکا ہے۔ ہمیں بتانے کی خواہش کا شکریہ۔"
    ),
    "If something still needs to be put right, contact the council.": (
        "اگر اب بھی کچھ ٹھیک ہونا باقی ہے تو کونسل سے رابطہ کریں۔"
    ),
    "Part of the address may be missing. Open the link in our message once more, or copy all of it.": (
        "شاید پتے کا کچھ حصہ رہ گیا ہے۔ ہمارے پیغام کا لنک دوبارہ کھولیں یا اسے پورا نقل کریں۔"
    ),
    "If our message has a code,": "اگر ہمارے پیغام میں کوڈ ہے تو",
    "enter the code": "کوڈ درج کریں",
    "If it still does not work, you do not have to do anything: taking part is your choice.": (
        "اگر پھر بھی کام نہ کرے تو آپ کو کچھ کرنے کی ضرورت نہیں: حصہ لینا آپ کی مرضی ہے۔"
    ),
    "Enter your code": "اپنا کوڈ درج کریں",
    "The %(length)s letters and digits in our letter, card or e-mail, such as 7KQ4M 3HDRT, or the "
    "%(open_length)s on a poster. Small letters and spaces do not matter.": (
        "ہمارے خط، کارڈ یا ای میل کے %(length)s حروف اور ہندسے، جیسے 7KQ4M 3HDRT، یا پوسٹر کے "
        "%(open_length)s۔ چھوٹے حروف اور خالی جگہ سے فرق نہیں پڑتا۔"
    ),
    "A code never has any of these: %(never)s.": "کوڈ میں یہ کبھی نہیں ہوتے: %(never)s۔",
    "You do not have to answer: taking part is your choice.": "آپ پر جواب دینا لازم نہیں: حصہ لینا آپ کی مرضی ہے۔",
    "Your answers are deleted": "آپ کے جوابات حذف کر دیے گئے ہیں",
    "Nothing to take back": "واپس لینے کو کچھ نہیں",
    "They count no more. We keep only that somebody answered, and on which day.": (
        "وہ اب شمار نہیں ہوتے۔ ہم صرف یہ رکھتے ہیں کہ کسی نے جواب دیا اور کس دن۔"
    ),
    "Nobody has answered by this link.": "اس لنک سے کسی نے جواب نہیں دیا۔",
    "You do not have to do anything more.": "آپ کو مزید کچھ کرنے کی ضرورت نہیں۔",
    "Answer again": "دوبارہ جواب دیں",
    "Answer the survey": "سروے کا جواب دیں",
    "The time to take back your answers is over": "جوابات واپس لینے کا وقت ختم ہو چکا ہے",
    "You could do so here until %(day)s.": "آپ یہاں %(day)s تک ایسا کر سکتے تھے۔",
    "If you still want your answers deleted, contact the council. What your rights are, and whom to "
    "ask, is written here:": (
        "اگر آپ اب بھی جوابات حذف کرانا چاہتے ہیں تو کونسل سے رابطہ کریں۔ آپ کے حقوق اور کس سے پوچھنا ہے، یہاں لکھا ہے:"
    ),
    "How we use your answers": "ہم آپ کے جوابات کیسے استعمال کرتے ہیں",
    "Take back your answers": "اپنے جوابات واپس لیں",
    "Do you want to take back your answers?": "کیا آپ اپنے جوابات واپس لینا چاہتے ہیں؟",
    "We then delete all that was answered by this link, and it counts no more. This cannot be undone.": (
        "پھر ہم اس لنک سے دیے گئے تمام جوابات حذف کر دیتے ہیں اور وہ شمار نہیں ہوتے۔ اسے واپس نہیں کیا جا سکتا۔"
    ),
    "You can answer again afterwards.": "اس کے بعد آپ دوبارہ جواب دے سکتے ہیں۔",
    "Delete my answers": "میرے جوابات حذف کریں",
    "You can do this until %(day)s.": "آپ %(day)s تک ایسا کر سکتے ہیں۔",
    "If you do not want to delete anything, close this page.": (
        "اگر آپ کچھ حذف نہیں کرنا چاہتے تو یہ صفحہ بند کر دیں۔"
    ),
    "Leave quickly": "جلدی نکلیں",
    "Exit this page": "اس صفحے سے نکلیں",
    "Help": "مدد",
    "“Exit this page” leads away at once. Your browser may still list this page in its history.": (
        "”اس صفحے سے نکلیں“ آپ کو فوراً یہاں سے لے جاتا ہے۔ آپ کا براؤزر اس صفحے کو اپنی تاریخ میں دکھا سکتا ہے۔"
    ),
    "About you": "آپ کے بارے میں",
    "We ask to find out whether we treat everyone fairly. Answer as many as you like, or none: it "
    "changes nothing about the service that you get.": (
        "ہم یہ جاننے کے لیے پوچھتے ہیں کہ کیا ہم سب سے یکساں سلوک کرتے ہیں۔ جتنے چاہیں جواب دیں یا کوئی "
        "نہیں: آپ کو ملنے والی خدمت میں کچھ نہیں بدلتا۔"
    ),
    "What you tell us is looked at as figures on many people only, never to make a decision about you.": (
        "آپ جو بتاتے ہیں اسے صرف بہت سے لوگوں کے اعداد میں دیکھا جاتا ہے، آپ کے بارے میں فیصلے کے لیے کبھی نہیں۔"
    ),
    "Go back without answering": "جواب دیے بغیر واپس جائیں",
    "To complain, call": "شکایت کے لیے فون کریں",
    "To complain, contact the council.": "شکایت کے لیے کونسل سے رابطہ کریں۔",
    "We tell you we have it within 5 working days, and reply within 10 working days after that. If "
    "you are still unhappy you can ask for a second look, which takes up to 20 working days, and "
    "then go to the Local Government and Social Care Ombudsman.": (
        "ہم 5 کاروباری دنوں میں بتاتے ہیں کہ شکایت مل گئی اور اس کے بعد 10 کاروباری دنوں میں جواب دیتے "
        "ہیں۔ اگر آپ پھر بھی مطمئن نہ ہوں تو دوبارہ جائزے کا کہہ سکتے ہیں جس میں 20 کاروباری دن تک لگتے "
        "ہیں، اور پھر محتسب کے پاس جا سکتے ہیں۔"
    ),
    "We tell you we have it within 5 working days, and try to put it right within 10. If you are "
    "still unhappy you can ask for an investigation, which takes up to 20 working days, and then go "
    "to the Public Services Ombudsman for Wales.": (
        "ہم 5 کاروباری دنوں میں بتاتے ہیں کہ شکایت مل گئی اور 10 دنوں میں اسے ٹھیک کرنے کی کوشش کرتے "
        "ہیں۔ اگر آپ پھر بھی مطمئن نہ ہوں تو تحقیق کا کہہ سکتے ہیں جس میں 20 کاروباری دن تک لگتے ہیں، "
        "اور پھر ویلز کے محتسب کے پاس جا سکتے ہیں۔"
    ),
    "We reply within 5 working days. If you are still unhappy you can ask for an investigation, "
    "which takes up to 20 working days, and then go to the Scottish Public Services Ombudsman.": (
        "ہم 5 کاروباری دنوں میں جواب دیتے ہیں۔ اگر آپ پھر بھی مطمئن نہ ہوں تو تحقیق کا کہہ سکتے ہیں جس "
        "میں 20 کاروباری دن تک لگتے ہیں، اور پھر سکاٹ لینڈ کے محتسب کے پاس جا سکتے ہیں۔"
    ),
    "We reply within 5 working days. If you are still unhappy you can ask for an investigation, "
    "which takes up to 20 working days, and then go to the Northern Ireland Public Services "
    "Ombudsman.": (
        "ہم 5 کاروباری دنوں میں جواب دیتے ہیں۔ اگر آپ پھر بھی مطمئن نہ ہوں تو تحقیق کا کہہ سکتے ہیں جس "
        "میں 20 کاروباری دن تک لگتے ہیں، اور پھر شمالی آئرلینڈ کے محتسب کے پاس جا سکتے ہیں۔"
    ),
}
PLURALS = {
    ("We will call or write within %(num)s working day.", "We will call or write within %(num)s working days."): (
        "ہم %(num)s کاروباری دن میں فون کریں گے یا لکھیں گے۔",
        "ہم %(num)s کاروباری دنوں میں فون کریں گے یا لکھیں گے۔",
    ),
    ("Answer %(num)s optional question about you", "Answer %(num)s optional questions about you"): (
        "اپنے بارے میں %(num)s اختیاری سوال کا جواب دیں",
        "اپنے بارے میں %(num)s اختیاری سوالوں کے جواب دیں",
    ),
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
    for english, translated in (*PAGE.items(), *PLURALS.items()):
        catalogue.add(english, translated)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


def in_urdu(version: SurveyVersion) -> SurveyVersion:
    """The survey's first two questions in Urdu, as a version that is not drawn from."""
    made = SurveyVersion(survey_id=version.survey_id, label="urdu")
    questions = (item.question_version for item in version.items)
    chosen = (question for question in questions if question.question.code in SURVEY)
    for position, question in enumerate(chosen, start=1):
        code = question.question.code
        translated = QuestionVersion(
            question=Question(code=f"urdu-{code}", asks=None),
            kind=question.kind,
            text_type=question.text_type,
            wording=SURVEY[code],
            short_label=question.short_label,
            missing_message=MISSING,
            options=[
                Option(
                    position=option.position,
                    code=option.code,
                    label=OPTIONS[option.code],
                    score=option.score,
                    is_substantive=option.is_substantive,
                )
                for option in question.options
            ],
        )
        made.items.append(SurveyItem(question_version=translated, position=position, is_required=position == 1))
    db.session.add(made)
    return made
