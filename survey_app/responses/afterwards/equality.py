"""The questions about the person that a council may ask after the survey: the standard ones, and a council's words.

Each can be passed over, and each ends with "Prefer not to say". The lists follow the harmonised standards of the
Government Statistical Service, which are revised from time to time: so a council can change every word of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from survey_app.kernel.translatable import for_translation

PREFER_NOT, PREFER_NOT_TO_SAY = "prefer_not", for_translation("Prefer not to say")
YES_NO = {"yes": for_translation("Yes"), "no": for_translation("No")}


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
    "white_british": for_translation("White: English, Welsh, Scottish, Northern Irish or British"),
    "white_irish": for_translation("White: Irish"),
    "white_gypsy_traveller": for_translation("White: Gypsy or Irish Traveller"),
    "white_roma": for_translation("White: Roma"),
    "white_other": for_translation("White: any other White background"),
    "mixed_caribbean": for_translation("Mixed or multiple: White and Black Caribbean"),
    "mixed_african": for_translation("Mixed or multiple: White and Black African"),
    "mixed_asian": for_translation("Mixed or multiple: White and Asian"),
    "mixed_other": for_translation("Mixed or multiple: any other background"),
    "asian_indian": for_translation("Asian or Asian British: Indian"),
    "asian_pakistani": for_translation("Asian or Asian British: Pakistani"),
    "asian_bangladeshi": for_translation("Asian or Asian British: Bangladeshi"),
    "asian_chinese": for_translation("Asian or Asian British: Chinese"),
    "asian_other": for_translation("Asian or Asian British: any other Asian background"),
    "black_african": for_translation("Black, Black British, Caribbean or African: African"),
    "black_caribbean": for_translation("Black, Black British, Caribbean or African: Caribbean"),
    "black_other": for_translation("Black, Black British, Caribbean or African: any other Black background"),
    "arab": for_translation("Arab"),
    "other": for_translation("Any other ethnic group"),
}
_ETHNIC_GROUPS_IN_WALES = _ETHNIC_GROUPS | {
    "white_british": for_translation("White: Welsh, English, Scottish, Northern Irish or British"),
    "asian_indian": for_translation("Asian, Asian Welsh or Asian British: Indian"),
    "asian_pakistani": for_translation("Asian, Asian Welsh or Asian British: Pakistani"),
    "asian_bangladeshi": for_translation("Asian, Asian Welsh or Asian British: Bangladeshi"),
    "asian_chinese": for_translation("Asian, Asian Welsh or Asian British: Chinese"),
    "asian_other": for_translation("Asian, Asian Welsh or Asian British: any other Asian background"),
    "black_african": for_translation("Black, Black Welsh, Black British, Caribbean or African: African"),
    "black_caribbean": for_translation("Black, Black Welsh, Black British, Caribbean or African: Caribbean"),
    "black_other": for_translation(
        "Black, Black Welsh, Black British, Caribbean or African: any other Black background"
    ),
}

_STANDARD = (
    EqualityItem(
        "age",
        "Age",
        for_translation("What is your age?"),
        {
            "16_24": for_translation("16 to 24"),
            "25_34": for_translation("25 to 34"),
            "35_44": for_translation("35 to 44"),
            "45_54": for_translation("45 to 54"),
            "55_64": for_translation("55 to 64"),
            "65_74": for_translation("65 to 74"),
            "75_over": for_translation("75 or over"),
        },
    ),
    EqualityItem(
        "sex",
        "Sex",
        for_translation("What is your sex?"),
        {"female": for_translation("Female"), "male": for_translation("Male")},
    ),
    EqualityItem(
        "gender",
        "Gender identity",
        for_translation("Is the gender you identify with the same as your sex registered at birth?"),
        YES_NO,
    ),
    EqualityItem(
        "disability",
        "Disability",
        for_translation(
            "Do you have any physical or mental health conditions or illnesses lasting or expected to last 12 months "
            "or more?"
        ),
        YES_NO,
    ),
    EqualityItem(
        "disability_effect",
        "Effect of a disability",
        for_translation(
            "Do any of your conditions or illnesses reduce your ability to carry out day-to-day activities?"
        ),
        {
            "a_lot": for_translation("Yes, a lot"),
            "a_little": for_translation("Yes, a little"),
            "not_at_all": for_translation("Not at all"),
        },
        hint=for_translation("Only if you have such a condition or illness."),
        follows="disability",
    ),
    EqualityItem("ethnic_group", "Ethnic group", for_translation("What is your ethnic group?"), _ETHNIC_GROUPS),
    EqualityItem(
        "religion",
        "Religion",
        for_translation("What is your religion?"),
        {
            "none": for_translation("No religion"),
            "christian": for_translation("Christian (all denominations)"),
            "buddhist": for_translation("Buddhist"),
            "hindu": for_translation("Hindu"),
            "jewish": for_translation("Jewish"),
            "muslim": for_translation("Muslim"),
            "sikh": for_translation("Sikh"),
            "other": for_translation("Any other religion"),
        },
    ),
    EqualityItem(
        "sexual_orientation",
        "Sexual orientation",
        for_translation("Which of the following best describes your sexual orientation?"),
        {
            "straight": for_translation("Straight or heterosexual"),
            "gay_lesbian": for_translation("Gay or lesbian"),
            "bisexual": for_translation("Bisexual"),
            "other": for_translation("Other sexual orientation"),
        },
    ),
    EqualityItem(
        "marital_status",
        "Marital status",
        for_translation("What is your legal marital or registered civil partnership status?"),
        {
            "never": for_translation("Never married and never registered in a civil partnership"),
            "married": for_translation("Married"),
            "civil_partnership": for_translation("In a registered civil partnership"),
            "separated": for_translation("Separated, but still legally married or in a civil partnership"),
            "divorced": for_translation("Divorced, or formerly in a civil partnership that is now legally dissolved"),
            "widowed": for_translation("Widowed, or the surviving partner from a civil partnership"),
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
    in_wales = {"ethnic_group": _ETHNIC_GROUPS_IN_WALES}
    return tuple(replace(item, options=in_wales.get(item.code, item.options)) for item in _STANDARD)


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
