"""Sphinx configuration."""

import skseq

project = "skseq"
author = "the skseq developers"
copyright = "2026, the skseq developers"
release = skseq.__version__
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "numpydoc",
]
autosummary_generate = True
numpydoc_show_class_members = False
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Learning on sequences, the scikit-learn way",
    "page_width": "1180px",  # for figures and the tables of benchmarks
    "body_max_width": "940px",
}
# scikit-learn's inherited ``score`` points at its own user guide by a label of Sphinx.
suppress_warnings = ["ref.ref"]
