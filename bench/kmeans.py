"""The peer of kmeans.mjs: scikit-learn's KMeans (Lloyd, one start by k-means++) on doubles from a file. Prints wall-clock and CPU seconds, iterations and inertia."""
import json
import sys
import time
import warnings

import numpy as np
from sklearn.cluster import KMeans

path, rows, columns, k, iterations, tolerance = sys.argv[1], *map(float, sys.argv[2:])
data = np.fromfile(path).reshape(int(rows), int(columns))
warnings.simplefilter("ignore")
model = KMeans(int(k), n_init=1, max_iter=int(iterations), tol=tolerance, algorithm="lloyd", random_state=1)
KMeans(int(k), n_init=1, max_iter=2).fit(data[:1000])
start, used = time.perf_counter(), time.process_time()
model.fit(data)
print(json.dumps({"seconds": time.perf_counter() - start, "cpu": time.process_time() - used, "iterations": model.n_iter_, "inertia": model.inertia_}))
