"""A model that is trained once, by coins that were thrown before; then it is asked of everybody."""

import sys

import pandas as pd
from logistic import train

rows = pd.read_csv("examples/audit/adult.csv")
member = pd.read_csv(sys.argv[1])["include"] == 1
y = rows.pop("income")
predict = train(rows[member], (y[member] == ">50K").to_numpy(), seed=0)
table = pd.DataFrame({"member": member, "income": y})
table[["p_<=50K", "p_>50K"]] = predict(rows).round(4)
table.to_csv(sys.argv[2], index=False)
