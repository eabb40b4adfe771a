import pytest
from jinja2 import UndefinedError

from truthserum import registry
from truthserum.findings.documents import Change, Number, render, written
from truthserum.findings.numbers import Call

CHANGE = {
    "value": 0.78,
    "low": 0.58,
    "high": 0.89,
    "reference_value": 0.066,
    "reference_low": 0.03,
    "reference_high": 0.12,
    "difference": 0.714,
    "difference_low": 0.5,
    "difference_high": 0.8,
    "ratio": 0.0625,
    "ratio_low": 0.02,
    "ratio_high": 0.25,
    "answer": "raised",
    "asked": True,
    "coarse": False,
}


@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        ("tpr_at_fpr_0.001", 0.0658, "6.6 %"),
        ("tpr_at_fpr_0.001", 0.7777, "78 %"),
        ("tpr_at_fpr_0.001", 1e-6, "0 %"),
        ("fpr_at_tpr_0.5", 0.0, "0 %"),
        ("fpr_at_tpr_0.5", 0.00053, "0.05 %"),
        ("beats_known", 0.9952, "99.5 %"),
        ("beats_known", 0.9997, "99.97 %"),
        ("beats_known", 0.99996, "100 %"),
        ("tpr_at_fpr_0.001", -0.99963, "−99.96 %"),
        ("beats_known", 1.0, "100 %"),
        ("test_accuracy", 0.8368, "83.7 %"),
        ("poison_share", 0.0997, "10 %"),
        ("median_guesses", 19_876.5, "20,000"),
        ("median_guesses", 81.4, "81"),
        ("median_guesses", 1.5, "1.5"),
        ("auc", 0.6651, "0.67"),
        ("auc", 0.99512, "0.995"),
        ("auc", 1.0, "1.00"),
        ("mae_plus_mse", 0.061623, "0.0616"),
        ("mae_plus_mse", 0.99963, "0.9996"),
        ("mean_exposure", -0.0312, "−0.0312"),
        ("gain_over_mean", -0.000051, "−0.000051"),
        ("gain_over_mean", 0.07149, "0.0715"),
        ("gain_over_mean", 0.0, "0"),
        ("worst_resolvable_error", 4.43e-13, "4.43e-13"),
        ("renyi_epsilon", 1021.97, "1,020"),
        ("auc", None, "not resolved"),
    ],
)
def test_a_number_is_written_by_its_measure(measure, value, expected):
    assert str(Number(measure, value)) == expected


def test_what_rounds_to_zero_has_no_sign():
    assert [written("auc", -0.0004), written("auc", -0.4)] == ["0.00", "−0.40"]


def test_an_interval_follows_in_the_same_unit():
    number = Number("tpr_at_fpr_0.01", 0.0661, 0.0297, 0.123)
    assert str(number) == "6.6 % [3.0, 12]"
    assert (number.plain, number.interval) == ("6.6 %", "[3.0, 12]")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("raised", "rises from 6.6 % [3.0, 12] to 78 % [58, 89]"),
        ("lowered", "falls from 6.6 % [3.0, 12] to 78 % [58, 89]"),
        (
            "no difference found",
            "goes from 6.6 % [3.0, 12] to 78 % [58, 89], no difference found [50, 80] points",
        ),
        (
            "raised, but not after correction",
            "rises from 6.6 % [3.0, 12] to 78 % [58, 89], which does not stand after correction",
        ),
    ],
)
def test_the_verb_follows_from_the_answer(answer, sentence):
    assert str(Change("tpr_at_fpr_0.001", CHANGE | {"answer": answer})) == sentence


def test_what_is_no_statement_is_said_to_be_uncorrected():
    change = Change("tpr_at_fpr_0.001", CHANGE | {"asked": False})
    assert str(change) == "rises from 6.6 % [3.0, 12] to 78 % [58, 89] (not corrected)"


def test_no_difference_found_is_no_proof_that_there_is_none():
    """What there may yet be, by the paired interval, is said with it."""
    found = CHANGE | {"answer": "no difference found", "difference_low": -0.046}
    assert Change("tpr_at_fpr_0.01", found).answer == "no difference found [−4.6, 80] points"
    coarse = Change("mean_exposure", found | {"coarse": True, "asked": False})
    assert coarse.answer == "no difference found [−0.046, 0.8], coarse, not corrected"


def test_a_fall_is_so_many_times_and_doubts_are_said():
    change = Change("median_guesses", CHANGE | {"coarse": True, "asked": False})
    assert change.times == "16 times [4, 50]"
    assert Change("auc", CHANGE | {"ratio": 2.0, "ratio_low": None}).times == ""
    assert change.answer == "raised, coarse, not corrected"
    assert str(Change("auc", CHANGE).difference) == "0.71 [0.50, 0.80]"


def test_a_template_asks_for_each_number_by_name():
    asked = []

    def ask(call):
        asked.append(call)
        seeds = [[5, 0.02, 0.74]] if 8 in call.arguments else [[5, 0.75], [7, 0.5]]
        records = {"seeds": {"seeds": seeds}, "ledger": {"count": 5, "claims": []}}
        return records.get(call.name, {"value": 0.5} if call.name != "change" else CHANGE)

    text = render(
        '{{ value("e", 8, "auc", scale="paper") }}, '
        '{{ change("e", 8, "tpr_at_fpr_0.1").before.plain }}, '
        '{{ seeds("e", 8, "tpr_at_fpr_0.1") }}, {{ seeds("e", 0, "auc") }}, '
        '{{ ledger("any").count }}, '
        '{{ cell("label_only", "e", 8, "value", measure="false_positive_rate") }}\n',
        ask,
    )
    assert text == "0.50, 6.6 %, 2.0 → 74 %, 0.75, 0.50, 5, 50 %\n"
    assert asked[0] == Call("value", ("e", 8, "auc"), {}, "paper")
    assert asked[-1].options == {"measure": "false_positive_rate"}


def test_a_wrong_name_is_refused():
    with pytest.raises(UndefinedError):
        render("{{ worth('e') }}", lambda call: {})


def test_tables_are_described_by_their_columns():
    text = render('{{ columns("closed_form") }}', lambda call: {})
    assert "### `fits.csv`\n\nA row is released weights.\n\n| column | meaning |\n" in text
    assert "| `steps` | of Newton's method |" in text


def test_what_nobody_measured_is_not_run_and_so_is_what_follows():
    template = (
        '{{ change("e", 8, "auc").before.plain }} '
        '{{ "{:,}".format(value("e", 8, "auc").negatives) }} '
        '{% for claim in ledger("any").claims if ledger("any").count %}x{% endfor %}'
    )
    assert render(template, lambda call: None) == "not run not run "


def test_a_template_knows_every_leak(monkeypatch):
    template = "{% for leak in leaks %}{{ columns(leak) }}{% endfor %}"
    assert render(template, ask=lambda call: None).count("### `metrics.csv`") == len(registry.LEAKS)
    monkeypatch.setattr(registry, "LEAKS", {"inference": ()})
    assert "### `records.csv`" not in render(template, ask=lambda call: None)
