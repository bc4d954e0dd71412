"""The site: `sphinx-build -W -b html docs build/site`."""

import re
from importlib.metadata import version as version_of

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

project = "Layerwise"
author = "the authors of Layerwise"
copyright = author
version = release = version_of("layerwise")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["decisions/README.md", "_build", "pictures", "**/.ipynb_checkpoints"]
source_suffix = {".md": "myst-nb"}

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_output_stderr = "remove-warn"
nb_mime_priority_overrides = [("html", "text/html", 0), ("html", "image/png", 10)]

napoleon_google_docstring = False
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"

html_math_renderer = "mathml"
html_theme = "furo"
html_title = "Layerwise"
html_static_path = ["_static"]
html_css_files = ["layerwise.css"]
OUTSIDE = re.compile(r"(?<!!)\[([^\]]+)\]\((?:\.\./)+(?:benchmarks|src)/[^)]*\)")


def mathml(as_block):
    """Return a visitor that writes mathematics as MathML: a page needs no script for it."""

    def visit(writer, node):
        writer.body.append(tex2mathml(node.astext(), as_block=as_block))
        raise SkipNode

    return visit


def setup(app):
    """Make plain text of links that leave docs/ (they are for readers of the repository)."""
    app.connect("source-read", lambda app, page, text: text.append(OUTSIDE.sub(r"\1", text.pop())))
    app.add_html_math_renderer("mathml", (mathml(False), None), (mathml(True), None))
