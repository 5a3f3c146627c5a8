"""Reading a page strictly: what is opened is closed, in order, and nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Elements that run, fetch or send something; none of our pages has one.
NEVER = {"script", "img", "link", "iframe", "base", "form", "object", "embed", "audio", "video", "image", "use", "b"}


class Reader(HTMLParser):
    """Reads a document; collects elements, attributes, anchors and their targets, and texts."""

    _VOID = frozenset({"meta", "br", "col", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.targets.append(value or "")
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if "tr" in self.open and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        """All that is shown, and the style."""
        return "".join(self.texts)


def read(document: str) -> Reader:
    """Read a whole document; fails where it is not well formed."""
    reader = Reader()
    reader.feed(document)
    reader.close()
    assert reader.open == []
    assert document.startswith("<!doctype html>\n<html")
    return reader


def check_fetches_nothing(document: str) -> None:
    """Fail where a browser would fetch something, or go elsewhere."""
    reader = read(document)
    assert reader.targets
    assert all(target.startswith("#") for target in reader.targets)
    assert not reader.tags & NEVER
    assert "default-src 'none'" in document
    style = document.split("</style>", 1)[0]
    assert not re.search(r"url\(|@import|src=(?!&)", style)
    assert "http://" not in style
    assert "https://" not in style


def check_anchors(document: str) -> None:
    """Fail where an anchor stands twice, or leads nowhere."""
    reader = read(document)
    assert len(set(reader.ids)) == len(reader.ids)
    assert {target[1:] for target in reader.targets} <= set(reader.ids)
    assert all(re.fullmatch("[a-z0-9_-]+", name) for name in reader.ids)
