"""How much electricity the next 24 hours take.

Forecasts the useful high load of an electricity transformer (column HUFL of ETTh1), with gated
recurrent units and their quantiles. Whether a window is read relative to its last value is decided
by cross-validation in the order of time. Beside it: the last value, the same hour of the day
before, and ridge regression on the same windows, which is about as good on average; the network
also says how sure it is. That holds less well for months unlike those it has learned from. The data
are downloaded (2.6 MB) unless they are in the folder SKSEQ_DATA; without a network the load is made
up. The argument is the number of months to learn from, at most 12. Of one month the network learns
no more than the same hour of the day before says, and ridge regression needs four.

    python examples/electricity_load.py
    python examples/electricity_load.py 12
"""

import sys
import time

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skseq import GRUForecaster
from skseq.datasets import fetch_etth1

WINDOW, HORIZON = 48, 24
MONTH = 30 * 24
N_NEW = 2 * MONTH


def made_up_load(n_hours):
    """Return a load with a daily and a weekly season, and weather that comes and goes."""
    rng = np.random.default_rng(0)
    hours = np.arange(n_hours)
    daily = np.sin(2 * np.pi * (hours - 8) / 24) + 0.4 * np.sin(4 * np.pi * hours / 24)
    is_weekend = hours // 24 % 7 >= 5
    weather = np.zeros(n_hours)
    for hour, change in enumerate(rng.normal(size=n_hours - 1), start=1):
        weather[hour] = 0.99 * weather[hour - 1] + 0.15 * change
    noise = 0.5 * rng.normal(size=n_hours)
    return 10 + 4 * daily * np.where(is_weekend, 0.5, 1.0) - 2 * is_weekend + 2 * weather + noise


def load_hours(months):
    """Return the load to learn from and that of the two months after, in one series."""
    stop = 12 * MONTH + N_NEW
    try:
        data = fetch_etth1()
    except (OSError, ImportError) as error:
        print(f"The load is made up, as that of ETTh1 is not here: {error}\n")
        load = made_up_load(stop)
    else:
        load = data.data[:stop, data.feature_names.index("HUFL")]
    return load[stop - N_NEW - months * MONTH :]


def windows_of(series):
    """Return all windows that have a whole horizon behind them, and these horizons."""
    view = np.lib.stride_tricks.sliding_window_view(series, WINDOW + HORIZON)
    return view[:, :WINDOW], view[:, WINDOW:]


def main() -> None:
    months = int(sys.argv[1]) if sys.argv[1:] else 6
    if not 1 <= months <= 12:
        sys.exit(f"The number of months is {months}; expected 1 to 12.")
    load = load_hours(months)
    train = load[:-N_NEW]
    new = load[-N_NEW - WINDOW :]  # the first forecast is that of the first new hours

    forecaster = GRUForecaster(
        WINDOW,
        HORIZON,
        quantiles=(0.1, 0.9),
        score_metric="neg_mean_absolute_error",
        units=32,
        learning_rate=5e-3,
        batch_size=64,
        epochs=5,
        random_state=0,
    )
    start = time.perf_counter()
    # The gap keeps what is forecast from the training part out of the test part.
    folds = TimeSeriesSplit(3, gap=HORIZON)
    search = GridSearchCV(forecaster, {"relative": [True, False]}, cv=folds).fit(train)
    seconds = time.perf_counter() - start
    print(f"{len(train)} hours to learn from, {seconds:.0f} s for {2 * 3 + 1} fits")
    results = search.cv_results_
    for params, score in zip(results["params"], results["mean_test_score"], strict=True):
        print(f"mean absolute error {-score:.3f} in cross-validation  {params}")

    best = search.best_estimator_
    ridge = RidgeCV(alphas=np.logspace(0, 5, 11)).fit(*windows_of(train))
    X_new, y_new = windows_of(new)
    naive = best.naive_scores(new)
    print(f"\nMean absolute error of the {HORIZON} hours after each of {len(X_new)} new ones")
    for name, error in {
        "GRUForecaster": -best.score(new),
        "ridge regression": mean_absolute_error(y_new, ridge.predict(X_new)),
        "the last value": -naive["last_value"],
        f"{best.season_} hours before": -naive["seasonal"],
    }.items():
        print(f"  {name:20} {error:.3f}")

    # Row t of what is predicted belongs to the hours after t.
    low, high = np.moveaxis(best.predict(new, quantiles=(0.1, 0.9)), -1, 0)
    rows = slice(WINDOW - 1, -HORIZON)
    inside = (low[rows] <= y_new) & (y_new <= high[rows])
    print(f"\n{inside.mean():.2f} of the true values lie between the quantiles 0.1 and 0.9,")
    print("where 0.80 would be right.")

    print("\nThe day after the last one learned from")
    print("hour   0.1     0.5     0.9    true")
    day = best.forecast(quantiles=(0.1, 0.5, 0.9))
    for hour, (quantiles, true) in enumerate(zip(day, y_new[0], strict=True)):
        print(f"{hour:4}", *(f"{value:7.2f}" for value in (*quantiles, true)))


if __name__ == "__main__":
    main()
