"""The peer of the benchmark: pandas.read_csv and scikit-learn's fit of the same model, as a user would write it.

Prints one JSON line with the seconds of each part; the caller measures the whole process.
"""
import json
import sys
import time

start = time.perf_counter()
import pandas as pd  # noqa: E402
from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: E402
from sklearn.model_selection import cross_val_score  # noqa: E402

imported = time.perf_counter()
path, family, evaluate = sys.argv[1], sys.argv[2], sys.argv[3] == "evaluate"
frame = pd.read_csv(path)
read = time.perf_counter()
features, target = frame.drop(columns="y"), frame["y"]
# The unpenalised model of the same kind: LogisticRegression's default penalty would be another model.
# penalty="none" is the spelling of scikit-learn before 1.2, None the later one.
if family == "linear":
    model = LinearRegression()
else:
    try:
        model = LogisticRegression(penalty=None, max_iter=1000)
        model.fit(features[:100], target[:100])
    except Exception:
        model = LogisticRegression(penalty="none", max_iter=1000)
prepared = time.perf_counter()
model.fit(features, target)
fitted = time.perf_counter()
result = {"import": imported - start, "read": read - imported, "fit": fitted - prepared}
if evaluate:
    scoring = "r2" if family == "linear" else "neg_log_loss"
    cross_val_score(model, features, target, cv=5, scoring=scoring)
    result["evaluate"] = time.perf_counter() - fitted
print(json.dumps(result))
