"""The questions about the person that a council may ask after the survey: the standard ones, and a council's words.

Each can be passed over, and each ends with "Prefer not to say". The lists follow the harmonised standards of the
Government Statistical Service, which are revised from time to time: so a council can change every word of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

PREFER_NOT, PREFER_NOT_TO_SAY = "prefer_not", "Prefer not to say"
YES_NO = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True)
class EqualityItem:
    """One question: labels of its answers by code, without "Prefer not to say".

    One that `follows` another counts only where that was answered "yes".
    """

    code: str
    name: str  # for staff
    wording: str
    options: Mapping[str, str]
    hint: str = ""
    follows: str | None = None

    def worded(self, wording: str | None, options: Mapping[str, str] | None) -> EqualityItem:
        """With the council's own words, as far as it has any."""
        return replace(self, wording=wording or self.wording, options=options or self.options)

    def accepts(self, option: str) -> bool:
        return option == PREFER_NOT or option in self.options


_ETHNIC_GROUPS = {
    "white_british": "White: English, Welsh, Scottish, Northern Irish or British",
    "white_irish": "White: Irish",
    "white_gypsy_traveller": "White: Gypsy or Irish Traveller",
    "white_roma": "White: Roma",
    "white_other": "White: any other White background",
    "mixed_caribbean": "Mixed or multiple: White and Black Caribbean",
    "mixed_african": "Mixed or multiple: White and Black African",
    "mixed_asian": "Mixed or multiple: White and Asian",
    "mixed_other": "Mixed or multiple: any other background",
    "asian_indian": "Asian or Asian British: Indian",
    "asian_pakistani": "Asian or Asian British: Pakistani",
    "asian_bangladeshi": "Asian or Asian British: Bangladeshi",
    "asian_chinese": "Asian or Asian British: Chinese",
    "asian_other": "Asian or Asian British: any other Asian background",
    "black_african": "Black, Black British, Caribbean or African: African",
    "black_caribbean": "Black, Black British, Caribbean or African: Caribbean",
    "black_other": "Black, Black British, Caribbean or African: any other Black background",
    "arab": "Arab",
    "other": "Any other ethnic group",
}
_WELSH = (
    ("White: English, Welsh, ", "White: Welsh, English, "),
    ("Asian or Asian British", "Asian, Asian Welsh or Asian British"),
    ("Black, Black British", "Black, Black Welsh, Black British"),
)

_STANDARD = (
    EqualityItem(
        "age",
        "Age",
        "What is your age?",
        {
            "16_24": "16 to 24",
            "25_34": "25 to 34",
            "35_44": "35 to 44",
            "45_54": "45 to 54",
            "55_64": "55 to 64",
            "65_74": "65 to 74",
            "75_over": "75 or over",
        },
    ),
    EqualityItem("sex", "Sex", "What is your sex?", {"female": "Female", "male": "Male"}),
    EqualityItem(
        "gender",
        "Gender identity",
        "Is the gender you identify with the same as your sex registered at birth?",
        YES_NO,
    ),
    EqualityItem(
        "disability",
        "Disability",
        "Do you have any physical or mental health conditions or illnesses lasting or expected to last 12 months "
        "or more?",
        YES_NO,
    ),
    EqualityItem(
        "disability_effect",
        "Effect of a disability",
        "Do any of your conditions or illnesses reduce your ability to carry out day-to-day activities?",
        {"a_lot": "Yes, a lot", "a_little": "Yes, a little", "not_at_all": "Not at all"},
        hint="Only if you have such a condition or illness.",
        follows="disability",
    ),
    EqualityItem("ethnic_group", "Ethnic group", "What is your ethnic group?", _ETHNIC_GROUPS),
    EqualityItem(
        "religion",
        "Religion",
        "What is your religion?",
        {
            "none": "No religion",
            "christian": "Christian (all denominations)",
            "buddhist": "Buddhist",
            "hindu": "Hindu",
            "jewish": "Jewish",
            "muslim": "Muslim",
            "sikh": "Sikh",
            "other": "Any other religion",
        },
    ),
    EqualityItem(
        "sexual_orientation",
        "Sexual orientation",
        "Which of the following best describes your sexual orientation?",
        {
            "straight": "Straight or heterosexual",
            "gay_lesbian": "Gay or lesbian",
            "bisexual": "Bisexual",
            "other": "Other sexual orientation",
        },
    ),
    EqualityItem(
        "marital_status",
        "Marital status",
        "What is your legal marital or registered civil partnership status?",
        {
            "never": "Never married and never registered in a civil partnership",
            "married": "Married",
            "civil_partnership": "In a registered civil partnership",
            "separated": "Separated, but still legally married or in a civil partnership",
            "divorced": "Divorced, or formerly in a civil partnership that is now legally dissolved",
            "widowed": "Widowed, or the surviving partner from a civil partnership",
        },
    ),
)
STANDARD_ORDER = tuple(item.code for item in _STANDARD)


def standard_items(nation: str) -> tuple[EqualityItem, ...]:
    """The standard questions in their usual order. Wales has its names of ethnic groups, every other nation England's
    until the council puts its own in their place.
    """
    if nation != "Wales":
        return _STANDARD
    return tuple(_in_wales(item) if item.code == "ethnic_group" else item for item in _STANDARD)


def answers_kept(items: Iterable[EqualityItem], given: Mapping[str, str]) -> dict[str, str]:
    """What is stored of what was sent: an option for each question that was asked and not passed over.

    A question that follows another is left out where that was not answered "yes"; options that are none are too.
    """
    asked = {item.code: item for item in items}
    kept = {code: given[code] for code, item in asked.items() if item.accepts(given.get(code, ""))}
    return {
        code: option
        for code, option in kept.items()
        if asked[code].follows not in asked or kept.get(asked[code].follows or "") == "yes"
    }


def _in_wales(item: EqualityItem) -> EqualityItem:
    return replace(item, options={code: _said_in_wales(label) for code, label in item.options.items()})


def _said_in_wales(label: str) -> str:
    for elsewhere, there in _WELSH:
        label = label.replace(elsewhere, there)
    return label
