"""The site: every page is built from nothing, every cell of every lesson run, no warning allowed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import layerwise
from layerwise.app.main import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
LESSONS = sorted((DOCS / "lessons").glob("[0-9]*.md"))
WIDEST = 92  # letters of code that a page shows without scrolling
TOPICS = 13


def cells(page):
    return re.findall(r"```\{code-cell\}\n(.*?)```", page.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_nb")
    pytest.importorskip("furo")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-j", "2", "-q"]
    command += ["-D", "nb_execution_mode=force", "-d", str(folder / "trees")]
    done = subprocess.run(
        [*command, DOCS, folder / "html"], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if re.search("WARNING: |ERROR|Error", line)]
    assert done.returncode == 0, "\n".join(said) + done.stderr[-3000:]
    return folder / "html"


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_every_lesson_shows_what_it_ran(site):
    for lesson in LESSONS:
        page = (site / "lessons" / f"{lesson.stem}.html").read_text()
        assert "cell_output" in page
        assert any(tag in page for tag in ("<img", "<iframe", "<table")), lesson.name


@pytest.mark.slow
def test_no_page_asks_another_host_for_anything(site):
    for page in site.rglob("*.html"):
        asked = re.findall(
            r'<(?:script|img|iframe|link)[^>]*(?:src|href)="(?:https?:)?//[^"]*"', page.read_text()
        )
        assert not asked, page.name


@pytest.mark.slow
def test_mathematics_is_written_as_mathml(site):
    page = (site / "lessons" / "06-backward.html").read_text()
    assert "<math" in page
    assert "MathJax" not in page


def test_there_is_a_lesson_for_every_topic_of_the_course_in_order():
    assert [int(page.name[:2]) for page in LESSONS] == list(range(1, TOPICS + 1))
    listed = (DOCS / "lessons" / "index.md").read_text()
    assert re.findall(r"^(\d\d-\w+)$", listed, re.MULTILINE) == [page.stem for page in LESSONS]


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
def test_a_lesson_says_what_to_look_at_and_ends_with_exercises(page):
    text = page.read_text()
    assert "**What to look at:**" in text
    assert text.rindex("\n## ") == text.index("\n## Exercises")
    assert ":tags: [remove-cell]" in text, "nothing holds what the page says"


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
def test_a_lesson_leads_to_the_boards_files(page):
    assert re.search(r"## On the board\n[^#]*(<board-|layerwise\.training)", page.read_text())


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_code_on_a_page_is_not_cut_off(page):
    for cell in cells(page):
        assert all(len(line) <= WIDEST for line in cell.splitlines())


def test_the_reference_has_every_public_name_and_every_command():
    text = "".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
    names = [name for name in layerwise.__all__ if not name.startswith("__")]
    assert [name for name in names if f"layerwise.{name}" not in text] == []
    everything = "".join(page.read_text() for page in DOCS.rglob("*.md"))
    assert [name for name, *_ in COMMANDS if f"layerwise {name}" not in everything] == []
