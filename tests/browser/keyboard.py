"""What somebody without a mouse does: Tab to something, and see where they are. Whatever comes on the way must show the focus."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

MOST = 400
"""More presses of Tab than any page has places: it is a trap."""
HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + Math.min(box.width / 2, 40), box.y + box.height / 2);
  const label = here.closest("label");
  return {
    what: here.outerHTML.slice(0, 120),
    order: [...document.querySelectorAll("*")].indexOf(here),
    group: here.type === "radio" ? here.name : "",
    shown: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
    seen: box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0,
    free: !at || here.contains(at) || at.contains(here) || Boolean(label?.contains(at)),
  };
}"""
PLACES = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.checkVisibility())
  .filter((one) => one.type !== "radio" || one.checked || !document.querySelector(`input[name="${one.name}"]:checked`))
  .map((one) => [...document.querySelectorAll("*")].indexOf(one))"""


@dataclass(frozen=True, slots=True)
class FocusedPlace:
    """Where the focus is; `order` is its place in the page."""

    what: str
    order: int
    group: str


def here(page: Page) -> FocusedPlace | None:
    """None: nowhere. The focus must show, within the window, and nothing may lie on it."""
    found: dict[str, Any] | None = page.evaluate(HERE)
    if found is None:
        return None
    for promise in ("shown", "seen", "free"):
        assert found[promise], f"the focus is not {promise}: {found['what']}"
    return FocusedPlace(found["what"], found["order"], found["group"])


def tab_to(page: Page, what: Locator) -> None:
    """Press Tab until the focus is there."""
    what.wait_for()
    for _press in range(MOST):
        if what.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
        here(page)
    raise AssertionError(f"Tab does not lead to {what}")


def press(page: Page, what: Locator, key: str = "Enter") -> None:
    """Go there by Tab, and press it."""
    tab_to(page, what)
    page.keyboard.press(key)


def walk(page: Page) -> list[FocusedPlace]:
    """Every place to which Tab leads, once around the page, from its top."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    found: list[FocusedPlace] = []
    for _press in range(MOST):
        page.keyboard.press("Tab")
        now = here(page)
        if now is None or (found and now.order == found[0].order):
            return found
        # A date has several places of its own.
        if not found or now.order != found[-1].order:
            found.append(now)
    raise AssertionError(f"Tab never comes around: {found[-1].what}")


def places(page: Page) -> list[int]:
    """The order of everything that can be used; of a group of radio buttons the one that is chosen."""
    found: list[int] = page.evaluate(PLACES)
    return found
