"""A plain program: python program.py {train} {ask} {seed} {out}; any language will do."""

import sys

import pandas as pd
from sklearn.linear_model import LogisticRegression

train, ask, seed, out = sys.argv[1:]
known, asked = (pd.read_csv(path) for path in (train, ask))
label = known.pop("income")
x = pd.get_dummies(known)
model = LogisticRegression(max_iter=1000, random_state=int(seed)).fit(x / x.max().clip(1), label)
x_asked = pd.get_dummies(asked).reindex(columns=x.columns, fill_value=0)
answers = model.predict_proba(x_asked / x.max().clip(1))
pd.DataFrame(answers, columns=model.classes_).to_csv(out, index=False)
