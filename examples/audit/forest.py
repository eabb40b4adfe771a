"""scikit-learn: a random forest of a table with text columns."""

from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

WORDS = OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")


def train(x, y, seed, *, max_depth=None):
    encode = make_column_transformer(WORDS, remainder="passthrough")
    forest = RandomForestClassifier(random_state=seed, max_depth=max_depth)
    return make_pipeline(encode, forest).fit(x, y).predict_proba
