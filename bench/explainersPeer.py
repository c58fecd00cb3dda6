"""The peer of bench/explainers.mjs: scikit-learn's permutation_importance and partial_dependence, as a user would write them.

Arguments: file, family, held-out rows to shuffle, shuffles, rows of the curves, grid points. Prints one JSON line of seconds.
"""
import json
import sys
import time
import warnings

import pandas as pd
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import BayesianRidge, LinearRegression, LogisticRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
path, family = sys.argv[1], sys.argv[2]
shuffled_rows, shuffles, curve_rows, grid = map(int, sys.argv[3:7])
frame = pd.read_csv(path)
features = frame.drop(columns=["y", "c"])
target = frame["c"] if family == "logistic" else frame["y"]


def unpenalised():
    """penalty="none" is the spelling of scikit-learn before 1.2, None the later one."""
    try:
        model = LogisticRegression(penalty=None, max_iter=1000)
        model.fit(features[:100], target[:100])
        return model
    except Exception:
        return LogisticRegression(penalty="none", max_iter=1000)


model = make_pipeline(StandardScaler(), {
    "linear": LinearRegression, "bayes": BayesianRidge, "logistic": unpenalised,
    "neural": lambda: MLPRegressor((64, 64), early_stopping=True, random_state=0),
}[family]())
start = time.perf_counter()
model.fit(features, target)
fitted = time.perf_counter()
held_out, actual = features[:shuffled_rows], target[:shuffled_rows]
scoring = "neg_log_loss" if family == "logistic" else "neg_root_mean_squared_error"
permutation_importance(model, held_out, actual, n_repeats=shuffles, random_state=0, scoring=scoring)
shuffled = time.perf_counter()
for j in range(features.shape[1]):
    partial_dependence(model, features[:curve_rows], [j], kind="average", method="brute", percentiles=(0.01, 0.99), grid_resolution=grid)
averaged = time.perf_counter()
print(json.dumps({"fit": fitted - start, "permutation": shuffled - fitted, "dependence": averaged - shuffled}))
