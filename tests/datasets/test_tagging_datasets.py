"""Tagged sentences: readers, fetchers and generators; no network, files only in ``tmp_path``."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
from collections import Counter

import numpy as np
import pytest

from skseq.datasets import (
    _conll2002,
    _fetch,
    _ud_ewt,
    _wnut17,
    fetch_conll2002_es,
    fetch_ud_english_ewt,
    fetch_wnut17,
    make_gene_sequences,
    make_tagged_sentences,
    read_conll,
    read_conllu,
)
from skseq.metrics._schemes import check_scheme, spans

CONLL = "-DOCSTART- -X- O\n\nAna NP B-PER\n# NN O\n\n\nEn IN O\nMadrid NP B-LOC\n. Fp O"
CONLL_X = [["Ana", "#"], ["En", "Madrid", "."]]
CONLL_Y = [["B-PER", "O"], ["O", "B-LOC", "O"]]


def row(number, form, upos, xpos="_", lemma="_"):
    return "\t".join([number, form, lemma, upos, xpos, "_", "0", "root", "_", "SpaceAfter=No"])


CONLLU = "\n".join(
    [
        "# newdoc",
        "# text = I don't # 5",
        row("1", "I", "PRON", "PRP", "I"),
        row("2-3", "don't", "_"),
        row("2", "do", "AUX", "VBP", "do"),
        row("3", "n't", "PART", "RB", "not"),
        row("3.1", "know", "VERB", "VB", "know"),
        row("4", "#", "SYM", "NN", "#"),
        row("5", "1 000", "NUM", "CD", "1000"),
        "",
        "# sent_id = 2",
        row("1", "Yes", "INTJ", "UH", "yes"),
        "",
        "",
    ]
)
CONLLU_X = [["I", "do", "n't", "#", "1 000"], ["Yes"]]
CONLLU_Y = [["PRON", "AUX", "PART", "SYM", "NUM"], ["INTJ"]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch, request):
    """Any attempt to download fails as it does where there is no network."""
    if "real_data" in request.keywords:
        return

    def refuse(url, *args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.delenv("SKSEQ_DATA", raising=False)
    monkeypatch.setattr(_fetch, "retrieve", refuse)


# --- read_conll ------------------------------------------------------------------------------


def test_read_conll_skips_document_starts_and_keeps_hash_tokens(tmp_path):
    path = tmp_path / "a.conll"
    path.write_text(CONLL, encoding="utf-8")
    assert read_conll(path) == read_conll(str(path)) == (CONLL_X, CONLL_Y)


@pytest.mark.parametrize(
    "content",
    [
        CONLL.replace("\n", "\r\n"),
        "\ufeff" + CONLL,
        CONLL.replace(" ", "\t"),
        CONLL.replace("\n\n", "\n\t\n"),
        "\n\n" + CONLL + "\n \n\n",
    ],
    ids=["windows", "byte order mark", "tabs", "lines of blanks", "blank ends"],
)
def test_read_conll_reads_every_usual_form(tmp_path, content):
    path = tmp_path / "a.conll"
    path.write_bytes(content.encode())
    assert read_conll(path) == (CONLL_X, CONLL_Y)
    path.write_bytes(gzip.compress(content.encode()))
    assert read_conll(path) == (CONLL_X, CONLL_Y)
    assert read_conll(io.StringIO(content, newline="")) == (CONLL_X, CONLL_Y)
    assert read_conll(io.BytesIO(content.encode())) == (CONLL_X, CONLL_Y)


def test_read_conll_takes_columns_separator_comments_and_encoding(tmp_path):
    file = "# comment\n1\tNueva York\tB-LOC\tx\n2\t\u00a0\tO\tx\n"
    parts = {"token_column": 1, "column": 2, "separator": "\t"}
    expected = ([["Nueva York", "\u00a0"]], [["B-LOC", "O"]])
    assert read_conll(io.StringIO(file), comment="#", **parts) == expected
    assert read_conll(
        io.StringIO(file), comment="#", token_column=-3, column=-2, separator="\t"
    ) == (expected)
    path = tmp_path / "latin"
    path.write_bytes("niño O\n".encode("latin-1"))
    assert read_conll(path, encoding="latin-1") == ([["niño"]], [["O"]])
    with pytest.raises(ValueError, match=r"latin is not in utf-8 .*encoding='latin-1'"):
        read_conll(path)


def test_read_conll_keeps_characters_that_only_python_takes_for_blanks():
    token = "a\u00a0b\u2028c\x1cd"
    assert read_conll(io.StringIO(f"{token} O\n\u3000 B-X\n")) == (
        [[token, "\u3000"]],
        [["O", "B-X"]],
    )


@pytest.mark.parametrize(
    ("line", "columns"),
    [("word", {}), ("\tO", {}), ("a O", {"column": 2}), ("a O", {"column": -2})],
)
def test_read_conll_of_short_row_names_file_and_line(tmp_path, line, columns):
    path = tmp_path / "a.conll"
    path.write_text(f"a b O\n\n{line}\n")
    with pytest.raises(
        ValueError, match=r"line 3: got \d column\(s\).*label in column -?\d"
    ) as caught:
        read_conll(path, **columns)
    assert str(path) in str(caught.value)


def test_read_conll_of_wrong_arguments_says_what_is_expected(tmp_path):
    with pytest.raises(TypeError, match=r"column is 'ner'; expected the number"):
        read_conll("x", column="ner")
    with pytest.raises(TypeError, match="token_column is True"):
        read_conll("x", token_column=True)
    with pytest.raises(ValueError, match="separator is ''; expected at least one character"):
        read_conll("x", separator="")
    with pytest.raises(TypeError, match=r"path is 3 of type int; expected a path"):
        read_conll(3)
    with pytest.raises(FileNotFoundError):
        read_conll(tmp_path / "nowhere")


def test_read_conll_of_damaged_gzip_says_so(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(CONLL.encode())[:-10])
    with pytest.raises(ValueError, match=r"a\.gz is damaged .*expected a whole gzip file"):
        read_conll(path)


# --- read_conllu -----------------------------------------------------------------------------


def test_read_conllu_takes_words_only(tmp_path):
    path = tmp_path / "a.conllu"
    path.write_text(CONLLU, encoding="utf-8")
    assert read_conllu(path) == (CONLLU_X, CONLLU_Y)
    path.write_bytes(gzip.compress(CONLLU.encode()))
    assert read_conllu(path) == read_conllu(io.StringIO(CONLLU)) == (CONLLU_X, CONLLU_Y)


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("xpos", ["PRP", "VBP", "RB", "NN", "CD"]),
        ("lemma", ["I", "do", "not", "#", "1000"]),
        ("deprel", ["root"] * 5),
        ("feats", ["_"] * 5),
        ("misc", ["SpaceAfter=No"] * 5),
    ],
)
def test_read_conllu_reads_the_named_column(column, labels):
    assert read_conllu(io.StringIO(CONLLU), column=column)[1][0] == labels


def test_read_conllu_of_bad_rows_names_the_line():
    with pytest.raises(ValueError, match=r"the file, line 2: got 3 column\(s\).*expected 10"):
        read_conllu(io.StringIO("# text = a\n1\ta\tX\n"))
    with pytest.raises(ValueError, match=r"line 1: got 'x1' as the number of the word"):
        read_conllu(io.StringIO(row("x1", "a", "X")))
    with pytest.raises(
        ValueError, match=r"column is 'pos'; expected 'lemma', 'upos', .* or 'misc'"
    ):
        read_conllu(io.StringIO(CONLLU), column="pos")


# --- fetchers --------------------------------------------------------------------------------

FETCHERS = [
    pytest.param(fetch_conll2002_es, _conll2002, CONLL, id="conll2002"),
    pytest.param(fetch_wnut17, _wnut17, CONLL.replace(" ", "\t"), id="wnut17"),
    pytest.param(fetch_ud_english_ewt, _ud_ewt, CONLLU, id="ud_ewt"),
]
SUBSETS = ["train", "validation", "test"]


def put(home, module, subset, content):
    """Write one subset's file as it lies at home and return its path."""
    source = module.SOURCES[subset]
    path = home / source.folder / source.files[0]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize(("fetch", "module", "content"), FETCHERS)
def test_fetch_reads_each_subset_from_home(fetch, module, content, tmp_path, monkeypatch):
    for subset in SUBSETS:
        put(
            tmp_path,
            module,
            subset,
            content.replace("Madrid", subset).replace("Yes", subset).encode(),
        )
    before = sorted(tmp_path.rglob("*"))
    expected = CONLLU_X if module is _ud_ewt else CONLL_X
    for subset in SUBSETS:
        corpus = fetch(subset=subset, data_home=tmp_path, download_if_missing=False)
        assert corpus.data == [
            [subset if token in ("Madrid", "Yes") else token for token in tokens]
            for tokens in expected
        ]
        assert [len(labels) for labels in corpus.target] == [len(tokens) for tokens in corpus.data]
        assert corpus.target_names == sorted({t for labels in corpus.target for t in labels})
        assert "Please\ncite" in corpus.DESCR or "Please cite" in corpus.DESCR
    monkeypatch.setenv("SKSEQ_DATA", str(tmp_path))
    X, y = fetch(return_X_y=True)
    train = fetch()
    assert (X, y) == (train.data, train.target)
    assert sorted(tmp_path.rglob("*")) == before


def test_fetch_ud_english_ewt_takes_the_column(tmp_path):
    put(tmp_path, _ud_ewt, "train", CONLLU.encode())
    _, y = fetch_ud_english_ewt(column="xpos", data_home=tmp_path, return_X_y=True)
    assert y == [["PRP", "VBP", "RB", "NN", "CD"], ["UH"]]
    with pytest.raises(ValueError, match="column is 'tag'; expected 'lemma'"):
        fetch_ud_english_ewt(column="tag", data_home=tmp_path)


@pytest.mark.parametrize(("fetch", "module", "content"), FETCHERS)
def test_fetch_of_unknown_subset_says_what_is_known(fetch, module, content, tmp_path):
    for subset in ("dev", ["train"]):
        with pytest.raises(ValueError, match=r"'.*; expected 'train', 'validation' or 'test'"):
            fetch(subset=subset, data_home=tmp_path)


@pytest.mark.parametrize(("fetch", "module", "content"), FETCHERS)
def test_fetch_of_missing_file_says_where_it_goes(fetch, module, content, tmp_path):
    source = module.SOURCES["test"]
    with pytest.raises(OSError) as caught:
        fetch(subset="test", data_home=tmp_path, download_if_missing=False)
    for part in (tmp_path / source.folder / source.files[0], source.url, "SKSEQ_DATA", "is False"):
        assert str(part) in str(caught.value)
    with pytest.raises(ConnectionError, match=r"no route to host.*Check the network"):
        fetch(subset="test", data_home=tmp_path)
    assert list((tmp_path / source.folder).iterdir()) == []


@pytest.mark.parametrize(("fetch", "module", "content"), FETCHERS)
def test_fetch_downloads_one_subset_once_and_keeps_it(
    fetch, module, content, tmp_path, monkeypatch
):
    calls = []

    def retrieve(url, sha256, folder):
        calls.append((url, sha256))
        path = folder / "download"
        path.write_bytes(content.encode())
        return path

    monkeypatch.setattr(_fetch, "retrieve", retrieve)
    first = fetch(subset="validation", data_home=tmp_path)
    again = fetch(subset="validation", data_home=tmp_path)
    source = module.SOURCES["validation"]
    assert first.data == again.data and len(first.data) == 2
    assert calls == [(source.url, source.sha256)]
    assert [path.name for path in (tmp_path / source.folder).iterdir()] == list(source.files)


@pytest.mark.parametrize(("fetch", "module", "content"), FETCHERS)
def test_sources_are_pinned_and_differ(fetch, module, content):
    sources = module.SOURCES.values()
    assert list(module.SOURCES) == SUBSETS
    assert all(re.fullmatch("[0-9a-f]{64}", source.sha256) for source in sources)
    assert len({source.url for source in sources}) == len({s.sha256 for s in sources}) == 3
    assert all(source.url.startswith("https://") for source in sources)


@pytest.mark.parametrize(
    "damage", [b"", b"\n\n", b"word\n", b"a b \xff\n", b"\x1f\x8bno gzip"], ids=repr
)
@pytest.mark.parametrize(("fetch", "module", "content"), FETCHERS)
def test_fetch_of_damaged_file_names_it(fetch, module, content, damage, tmp_path):
    path = put(tmp_path, module, "train", damage)
    with pytest.raises(ValueError, match="fetch again, or replace it") as caught:
        fetch(data_home=tmp_path)
    assert str(path) in str(caught.value)


# --- make_tagged_sentences -------------------------------------------------------------------


def test_make_tagged_sentences_is_well_formed_and_has_all_labels():
    X, y = make_tagged_sentences(500, random_state=0)
    assert len(X) == len(y) == 500
    assert all(len(tokens) == len(labels) for tokens, labels in zip(X, y, strict=True))
    assert all(5 <= len(tokens) <= 25 and tokens[-1] == "." for tokens in X)
    assert all(tokens[0][0].isupper() for tokens in X)
    labels = {label for row in y for label in row}
    assert labels == {"O"} | {f"{p}-{t}" for p in "BI" for t in ("PER", "LOC", "ORG")}
    assert check_scheme(labels, "IOB2") == "IOB2"
    assert all(spans(row) == spans(row, scheme="IOB2") for row in y)


def test_make_tagged_sentences_depends_on_the_seed_alone():
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist()
    first = make_tagged_sentences(20, random_state=7)
    assert first == make_tagged_sentences(20, random_state=7)
    assert first == make_tagged_sentences(20, random_state=np.int64(7))
    assert first[0][:5] == make_tagged_sentences(5, random_state=7)[0]
    assert first != make_tagged_sentences(20, random_state=8)
    assert make_tagged_sentences(20) != make_tagged_sentences(20)
    rng = np.random.RandomState(0)
    assert make_tagged_sentences(20, random_state=rng) != make_tagged_sentences(
        20, random_state=rng
    )
    assert before == (random.getstate(), np.random.get_state()[1].tolist())


def test_make_tagged_sentences_has_shared_names_of_every_type_and_unseen_words():
    X, y = make_tagged_sentences(1000, random_state=0)
    types = {}
    counts = Counter(token for tokens in X for token in tokens)
    entity_tokens = []
    for tokens, labels in zip(X, y, strict=True):
        for token, label in zip(tokens, labels, strict=True):
            if label != "O":
                types.setdefault(token, set()).add(label[2:])
                entity_tokens.append(token)
    assert types["Jordan"] == types["Chelsea"] == {"PER", "LOC", "ORG"}
    once = sum(counts[token] == 1 for token in entity_tokens)
    assert 0.25 < once / len(entity_tokens) < 0.6
    assert any(token[0].isupper() and token not in types for tokens in X for token in tokens[1:])


def test_make_tagged_sentences_with_neighbouring_names_needs_the_prefix():
    _, y = make_tagged_sentences(500, random_state=0)
    assert any("B-PER B-PER" in " ".join(labels) for labels in y)


def test_make_tagged_sentences_in_iobes_marks_the_same_spans():
    X, y = make_tagged_sentences(100, random_state=3)
    X_iobes, y_iobes = make_tagged_sentences(100, scheme="IOBES", random_state=3)
    assert X_iobes == X
    assert [spans(labels) for labels in y] == [spans(labels, scheme="IOBES") for labels in y_iobes]
    assert {label[0] for labels in y_iobes for label in labels} == set("OBIES")


def test_make_tagged_sentences_of_wrong_arguments_says_what_is_expected():
    assert make_tagged_sentences(0) == ([], [])
    with pytest.raises(ValueError, match="n_samples is -1; expected 0 or more"):
        make_tagged_sentences(-1)
    with pytest.raises(TypeError, match=r"n_samples is 2\.5; expected an integer"):
        make_tagged_sentences(2.5)
    with pytest.raises(ValueError, match="scheme is 'BILOU'; expected 'IOB2' or 'IOBES'"):
        make_tagged_sentences(2, scheme="BILOU")
    with pytest.raises(ValueError, match="random_state must be None"):
        make_tagged_sentences(2, random_state="x")


# --- make_gene_sequences ---------------------------------------------------------------------


def find_gene(bases):
    """Read from the left: the first start codon whose frame is open for more than a decoy."""
    for match in re.finditer("(?=ATG)", bases):
        start = match.start()
        codons = [bases[i : i + 3] for i in range(start, len(bases) - 2, 3)]
        stops = [i for i, codon in enumerate(codons) if codon in ("TAA", "TAG", "TGA")]
        if not stops or stops[0] > 3:
            assert stops, "a frame without end"
            return start, start + 3 * (stops[0] + 1)
    raise AssertionError("no gene")


def test_make_gene_sequences_labels_follow_from_the_sequence():
    X, y = make_gene_sequences(300, random_state=0)
    assert len(X) == len(y) == 300
    for bases, labels in zip(X, y, strict=True):
        assert type(bases) is type(labels) is str
        assert set(bases) <= set("ACGT") and 60 <= len(bases) == len(labels) <= 120
        start, stop = find_gene(bases)
        assert labels == "N" * start + "C" * (stop - start) + "N" * (len(bases) - stop)
    assert {len(bases) for bases in X} >= {60, 120}


def test_make_gene_sequences_has_decoys_and_coding_composition():
    X, y = make_gene_sequences(300, random_state=0)
    n_decoys = sum(
        bases[: labels.index("C")].count("ATG") > 0 for bases, labels in zip(X, y, strict=True)
    )
    assert n_decoys > 60
    third = Counter()
    for bases, labels in zip(X, y, strict=True):
        gene = bases[labels.index("C") : labels.rindex("C") + 1]
        assert len(gene) % 3 == 0 and len(gene) >= 18
        third.update(gene[5:-3:3])
    assert 0.65 < (third["G"] + third["C"]) / third.total() < 0.85


@pytest.mark.parametrize("n_steps", [18, 19, 25, (18, 30), [40, 41], 500])
def test_make_gene_sequences_keeps_the_lengths(n_steps):
    X, y = make_gene_sequences(50, n_steps=n_steps, random_state=1)
    least, greatest = n_steps if isinstance(n_steps, (tuple, list)) else (n_steps, n_steps)
    for bases, labels in zip(X, y, strict=True):
        assert least <= len(bases) == len(labels) <= greatest
        assert find_gene(bases) == (labels.index("C"), labels.rindex("C") + 1)


def test_make_gene_sequences_depends_on_the_seed_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].tolist()
    assert make_gene_sequences(5, random_state=7) == make_gene_sequences(5, random_state=7)
    assert make_gene_sequences(5, random_state=7) != make_gene_sequences(5, random_state=8)
    assert make_gene_sequences(5) != make_gene_sequences(5)
    assert before == np.random.get_state()[1].tolist()


@pytest.mark.parametrize(
    ("n_steps", "error"),
    [
        (17, ValueError),
        ((60, 50), ValueError),
        (60.0, TypeError),
        ((1, 2, 3), ValueError),
        ("60", TypeError),
    ],
)
def test_make_gene_sequences_of_wrong_lengths_says_what_is_expected(n_steps, error):
    with pytest.raises(error, match=r"n_steps is .*; expected "):
        make_gene_sequences(5, n_steps=n_steps)
    with pytest.raises(ValueError, match="n_samples is -1"):
        make_gene_sequences(-1)


# --- the real files --------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("fetch", "sizes", "n_labels"),
    [
        (fetch_conll2002_es, (8323, 1915, 1517), 9),
        (fetch_wnut17, (3394, 1009, 1287), 13),
        (fetch_ud_english_ewt, (12544, 2001, 2077), 17),
    ],
)
def test_fetch_real_files_have_the_documented_counts(fetch, sizes, n_labels):
    assert os.environ["SKSEQ_DATA"]
    for subset, size in zip(SUBSETS, sizes, strict=True):
        corpus = fetch(subset=subset, download_if_missing=False)
        assert len(corpus.data) == len(corpus.target) == size
        assert f"{size:,}" in corpus.DESCR
        assert len(corpus.target_names) == n_labels
        assert all(map(all, corpus.data)) and all(map(all, corpus.target))
        lengths = [len(tokens) for tokens in corpus.data]
        assert lengths == [len(labels) for labels in corpus.target] and min(lengths) > 0


@pytest.mark.real_data
@pytest.mark.parametrize("module", [_conll2002, _wnut17, _ud_ewt])
def test_real_files_have_the_pinned_hashes(module):
    from hashlib import sha256
    from pathlib import Path

    for source in module.SOURCES.values():
        path = Path(os.environ["SKSEQ_DATA"]) / source.folder / source.files[0]
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        assert sha256(content).hexdigest() == source.sha256


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("fetch", "n_entities", "n_broken"),
    [(fetch_conll2002_es, [18798, 4352, 3559], 1), (fetch_wnut17, [1975, 836, 1079], 0)],
)
def test_fetch_real_files_have_the_documented_entities(fetch, n_entities, n_broken):
    for subset, n in zip(SUBSETS, n_entities, strict=True):
        _, y = fetch(subset=subset, download_if_missing=False, return_X_y=True)
        assert sum(len(spans(labels)) for labels in y) == n
        assert sum(spans(labels) != spans(labels, scheme="IOB2") for labels in y) == n_broken
