"""What every page promises, each measured in the browser. A promise that holds gives an empty list."""

from __future__ import annotations

from typing import Any, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
FINGER = 44  # CSS pixels
ZOOMED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
# WCAG 1.4.12, as a reader's own style sheet would have it
ROOMY = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }"""

LOST = """() => {
    const lost = [];
    const root = document.scrollingElement;
    const name = (element) => element.outerHTML.slice(0, 80);
    const mayHide = ".skip, .trap, svg, .canvas";
    const isForListeners = (element) => element !== null // hidden from sight alone
        && (getComputedStyle(element).clipPath === "inset(50%)" || isForListeners(element.parentElement));
    const mayScroll = ".scroll"; // tables of figures need two dimensions (1.4.10)
    const clips = (overflow) => overflow === "hidden" || overflow === "clip";
    if (root.scrollWidth > root.clientWidth) {
        lost.push(`the page is ${root.scrollWidth} wide where ${root.clientWidth} can be seen`);
    }
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(mayHide) || element.closest(mayScroll) || isForListeners(element)) continue;
        if (!element.checkVisibility()) continue;
        const { left, right, width } = element.getBoundingClientRect();
        const isControl = element.matches("input, select, textarea, button");
        const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if ((says || isControl) && width > 0 && (left < -0.5 || right > root.clientWidth + 0.5)) {
            lost.push(`from ${left} to ${right}: ${name(element)}`);
        }
        const style = getComputedStyle(element);
        if (isControl || !element.textContent.trim()) continue;
        if ((clips(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
            || (clips(style.overflowY) && element.scrollHeight > element.clientHeight + 1)) {
            lost.push(`cut off: ${name(element)}`);
        }
    }
    return lost;
}"""


def accessibility_faults(page: Page, *, is_message: bool = False, is_paper: bool = False) -> list[str]:
    """What axe finds against WCAG 2.2 AA, among it targets under 24 pixels (2.5.8), and good practice.

    Good practice of pages asks for landmarks and headings that a message stands inside of. Nobody presses paper.
    """
    options: dict[str, Any] = {
        "runOnly": WCAG if is_message else (*WCAG, "best-practice"),
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": not is_paper}},
    }
    found = Axe().run(page, options=options)
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'][:240]})"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def unreadable_in_the_dark(page: Page) -> list[str]:
    """What axe finds too faint (1.4.3) for a reader who has their device in dark colours."""
    page.emulate_media(color_scheme="dark")
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    page.emulate_media(color_scheme="light")
    return [
        f"{node['html'][:160]} ({node['failureSummary'][:160]})"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


STAND_ALONE = "label.choice, main button, main .input, main .button, .foot a, .langs a, .errors a"
SMALL = f"""() => [...document.querySelectorAll("{STAND_ALONE}")]
    .filter(each => each.checkVisibility() && each.closest(".trap") === null)
    .filter(each => each.getBoundingClientRect().height < {FINGER})
    .map(each => `${{each.getBoundingClientRect().height}} high: ${{each.outerHTML.slice(0, 80)}}`)"""


def too_small_for_a_finger(page: Page) -> list[str]:
    """Controls and links that stand alone and are less than 44 pixels high (2.5.5, which is AAA)."""
    return [str(each) for each in page.evaluate(SMALL)]


def lost_at_400_percent(page: Page) -> list[str]:
    """What cannot be reached without scrolling sideways, or at all, at 320 pixels (1.4.10)."""
    page.set_viewport_size(cast(Any, ZOOMED))
    return _lost(page)


def lost_with_wide_spacing(page: Page) -> list[str]:
    """What is cut off when a reader sets lines, letters and words wider apart (1.4.12)."""
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        ROOMY,
    )
    lost = _lost(page)
    page.evaluate("document.adoptedStyleSheets = []")
    return lost


FOCUS = """() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const style = getComputedStyle(element);
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const name = element.outerHTML.slice(0, 80);
    const faults = [];
    const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!isOutlined && style.boxShadow === "none") faults.push(`no visible focus: ${name}`);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const isInSight = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
    const found = isInSight ? document.elementFromPoint(x, y) : null;
    const isOnTop = found !== null
        && (element.contains(found) || found.contains(element) || found.closest("label")?.control === element);
    if (!isOnTop) faults.push(`not in sight when it has focus: ${name}`);
    const isFirst = !element.hasAttribute("data-was-here");
    element.setAttribute("data-was-here", "");
    return { name, faults, isFirst };
}"""


def focus_faults(page: Page, *, most: int = 200) -> list[str]:
    """Tab through the page once: what has no visible focus (2.4.7), is hidden when it has it (2.4.11), or traps it."""
    faults: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or not stop["isFirst"]:
            return faults
        faults += stop["faults"]
    return [*faults, f"no end after {most} stops"]


def _lost(page: Page) -> list[str]:
    # scripts that answer to the new size have run after two frames
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [str(each) for each in page.evaluate(LOST)]
