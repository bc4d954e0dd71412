"""The page: one file, nothing asked of the network, steps forward and back."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
VOID = {"meta", "link", "img", "input", "br"}
ADDRESSES = {"src", "href", "action", "data", "poster", "srcset"}


class Reader(HTMLParser):
    """Checks that every element ends, and keeps every address."""

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ADDRESSES]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("size", ["one", "batch"])
def test_the_page_is_well_formed_and_asks_for_nothing(size, request):
    page = request.getfixturevalue(size).html()
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert reader.tags.count("section") == len(request.getfixturevalue(size).steps)
    assert reader.addresses
    assert all(address.startswith(("#", "data:")) for address in reader.addresses)
    assert not re.search(r"https?:|url\((?!#)|@import|fetch\(|XMLHttp", page)


def test_names_are_shown_and_never_run(one):
    page = one.html()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "b &amp; c" in page
    assert page.count("<script") == 1
    assert "alert(1)</script>" not in page


def test_a_notebook_shows_the_page_in_a_frame(one):
    frame = one._repr_html_()
    assert frame.startswith("<iframe")
    assert frame.count('"') == 6  # nothing of the page ends an attribute


def test_every_text_of_the_graph_says_from_which_step_it_is_known(one):
    page = one.html()
    at = {
        symbol: int(place)
        for place, symbol in re.findall(
            r'<text class="(?:value|slope)[^>]*data-at="(\d+)" data-symbol="([^"]+)"', page
        )
    }
    symbols = [step.symbol for step in one.steps]
    assert at["Z[1]"] == symbols.index("Z[1]")
    assert at["dW[1]"] == symbols.index("dW[1]")
    assert at["W[1]"] == at["Y"] == 0


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("there is no chromium here")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield found
        found.close()


def shown(page):
    return page.locator("section.step:visible").evaluate_all("all => all.map(one => one.id)")


def test_a_reader_steps_to_the_end_and_back(browser, one, tmp_path):
    one.save(tmp_path / "step.html")
    page = browser.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto((tmp_path / "step.html").as_uri())
    last = len(one.steps)
    assert shown(page) == ["step-1"]
    assert page.locator('text[data-symbol="dW[1]"]:visible').count() == 0
    for place in range(2, last + 1):
        page.keyboard.press("ArrowRight")
        assert shown(page) == [f"step-{place}"]
        assert page.locator("svg .node.now").count() == 1
    assert page.locator('text[data-symbol="dW[1]"]:visible').count() == 1
    assert page.locator("#forward").is_disabled()
    page.keyboard.press("ArrowLeft")
    assert shown(page) == [f"step-{last - 1}"]
    page.keyboard.press("Home")
    assert shown(page) == ["step-1"]
    page.click("#forward")
    assert shown(page) == ["step-2"]
    page.click("#last")
    assert shown(page) == [f"step-{last}"]
    assert [url for url in asked if not url.startswith("data:")] == [
        (tmp_path / "step.html").as_uri()
    ]
    assert errors == []
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_nothing_is_wider_than_the_screen(browser, one, batch, tmp_path, width, scheme):
    backgrounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 26)"}
    for trace in (one, batch):
        trace.save(tmp_path / "step.html")
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
        page.goto((tmp_path / "step.html").as_uri())
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        for _ in trace.steps:
            assert page.evaluate(wide) == 0, shown(page)
            page.keyboard.press("ArrowRight")
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) == backgrounds[scheme]
        page.click("#theme")
        assert page.evaluate(paper) == backgrounds["light" if scheme == "dark" else "dark"]
        page.keyboard.press("Home")
        assert page.evaluate(wide) == 0
        page.close()


def test_without_javascript_it_is_all_steps_one_below_the_other(browser, one, tmp_path):
    one.save(tmp_path / "step.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "step.html").as_uri())
    assert page.locator("section.step:visible").count() == len(one.steps)
    assert not page.locator("#stepper").is_visible()
    context.close()
