"""How measures are called in tables, and which of them are shares."""

RATE = r"(0\.\d*[1-9]|[1-9]e-\d+)"
"""A share of false alarms, as names of measures have it; a policy may misspell it."""
TITLES = {
    rf"tpr_at_fpr_{RATE}": "recognised, at {} false alarms",
    rf"ppv_at_fpr_{RATE}": "rightly accused, at {} false alarms",
    r"auc": "which of two was in (AUC)",
    r"balanced_accuracy": "right decisions, half in and half out",
    r"named_records": "records that show",
    r"attribute_right": "protected values guessed, of records trained on",
    r"attribute_control": "the same, by a model that never saw the record",
    r"attribute_guess": "the same, from the other columns, without a model",
    r"attribute_base": "the same, by the most common value",
    r"attribute_gain": "what the model adds to guesses of protected values",
    r"reconstruction_exact": "records computed exactly from weights (float32)",
    r"reconstruction_rounded": "the same, from weights of three decimals",
    r"reconstruction_error_exact": "their error in deviations (median)",
    r"reconstruction_error_rounded": "their error, from weights of three decimals",
    r"newly_named": "records that show only now",
    r"left": "records left out",
    r"epsilon_lower": "epsilon, from below",
    r"accuracy": "right answers on records not trained on",
    r"accuracy_on_members": "right answers on records trained on",
    r"any_leak": "any leak at all",
}
SHARES = r"(tpr|ppv)_at_.*|auc|balanced_accuracy|accuracy.*|attribute_.*|reconstruction_(?!error).*"
