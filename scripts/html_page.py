"""A page that opens offline: no script, no font, no picture, nothing that is fetched.

The elements are built as a tree and never as text, so that no name and no value of somebody else's can become one.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from scripts.settings import ROOT

#: Even if a name became an element, a browser would fetch and run nothing.
_NOTHING_BUT_STYLE = "default-src 'none'; style-src 'unsafe-inline'"

#: What begins a line in the file, so that people can read that too.
_LINES = frozenset({"tr", "li", "section", "p", "h2", "h3", "dt", "meta", "title", "style", "nav", "svg", "path"})


@dataclass(frozen=True)
class Page:
    """A document with its contents beside it."""

    root: Element
    nav: Element
    main: Element

    def text(self) -> str:
        """Return the whole document."""
        for element in self.root.iter():
            if element.tag in _LINES:
                element.tail = "\n"
        return "<!doctype html>\n" + tostring(self.root, encoding="unicode", method="html") + "\n"


def page(title: str, style: str, skip_to: tuple[str, str]) -> Page:
    """Begin a document: its title, its own style beside the common one, and which part (anchor, words) the keyboard can skip to."""
    root = Element("html", lang="en")
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _NOTHING_BUT_STYLE})
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    add(head, "title", title)
    add(head, "style", "".join((ROOT / "scripts" / "html" / f"{name}.css").read_text() for name in ("page", style)))
    body = SubElement(root, "body")
    anchor, words = skip_to
    add(body, "a", words, {"class": "skip", "href": f"#{anchor}"})
    both = SubElement(body, "div", {"class": "page"})
    return Page(root, SubElement(both, "nav", {"aria-label": "Contents"}), SubElement(both, "main"))


def add(parent: Element, tag: str, text: str = "", attributes: dict[str, str] | None = None) -> Element:
    """Add an element with a text to another."""
    element = SubElement(parent, tag, attributes or {})
    element.text = text
    return element
