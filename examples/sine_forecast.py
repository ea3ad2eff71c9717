"""How a noisy sine wave goes on: the first series that anybody forecasts.

Each value is forecast from the 49 before it, with and without the linear layer that forecasters
have beside their recurrent one, and next to forecasts that learn nothing and to linear regression
on the same windows. A sine obeys a linear law, so linear regression should be hard to beat. Then
each forecast is fed back as input, to continue the wave for 200 steps. They are drawn as a picture
(with matplotlib) if a path is given. No network is needed.

    python examples/sine_forecast.py
    python examples/sine_forecast.py sine.png
"""

import sys
import time

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from skseq import GRUForecaster, LSTMForecaster
from skseq.datasets import make_sine

WINDOW = 49
N_TRAIN, N_NEW, N_AHEAD = 1000, 500, 200
PERIOD, NOISE = 25, 0.1


def windows_of(series):
    """Return all windows that have a value behind them, and these values."""
    return np.lib.stride_tricks.sliding_window_view(series[:-1], WINDOW), series[WINDOW:]


def draw(series, wave, continued, path):
    """Draw the end of the series, the wave without noise and how models continue the series."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.5), layout="constrained")
    axes = figure.subplots()
    before, after = np.arange(-100, 0), np.arange(N_AHEAD)
    axes.plot(before, series[-100:], ".", color="grey", label="learned from")
    axes.plot(np.r_[before, after], wave[-100 - N_AHEAD :], "k--", linewidth=1, label="no noise")
    for name, values in continued.items():
        axes.plot(after, values, label=name)
    axes.set(xlabel="time steps after the end", ylabel="value")
    axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.25), frameon=False)
    figure.savefig(path, dpi=120)


def main() -> None:
    length = N_TRAIN + max(N_NEW, N_AHEAD)
    whole = make_sine(length, period=PERIOD, noise=NOISE, random_state=0)
    wave = make_sine(N_TRAIN + N_AHEAD, period=PERIOD)
    series = whole[:N_TRAIN]
    new = whole[N_TRAIN - WINDOW :]  # its first forecast is that of the first new value

    options = {
        "strategy": "recursive",
        "relative": False,  # a sine always comes back to its level
        "units": 32,
        "learning_rate": 3e-3,
        "epochs": 30,
        "random_state": 0,
    }
    models = {
        "LSTMForecaster": LSTMForecaster(WINDOW, 1, **options),
        "GRUForecaster": GRUForecaster(WINDOW, 1, **options),
        "GRUForecaster, linear=False": GRUForecaster(WINDOW, 1, linear=False, **options),
    }
    print(f"One step ahead, from the {WINDOW} values before: R²   seen  unseen")
    for name, model in models.items():
        start = time.perf_counter()
        model.fit(series)
        seconds = time.perf_counter() - start
        scores = model.score(series), model.score(new)
        print("  {:47} {:.3f}   {:.3f}  {:3.0f} s".format(name, *scores, seconds), flush=True)
    regression = LinearRegression().fit(*windows_of(series))
    scores = [regression.score(*windows_of(part)) for part in (series, new)]
    print("  {:47} {:.3f}   {:.3f}".format("linear regression on the same windows", *scores))
    unseen = model.naive_scores(new)
    for name, score in model.naive_score_.items():
        said = f"{name}, a season of {model.season_}" if name == "seasonal" else name
        print(f"  {said:47} {score:.3f}   {unseen[name]:.3f}")
    best = 1 - NOISE**2 / np.var(new[WINDOW:])
    print(f"  {'the wave itself, the best on average':47}         {best:.3f}")

    continued = {name: model.forecast(N_AHEAD) for name, model in models.items()}
    window = series[-WINDOW:]
    for _ in range(N_AHEAD):
        window = np.append(window, regression.predict(window[None, -WINDOW:]))
    continued["linear regression"] = window[WINDOW:]
    cuts = range(0, N_AHEAD, 50)
    print(f"\nContinued for {N_AHEAD} steps: R² against the wave without noise, by steps ahead")
    print(" " * 32, *(f"{f'{cut + 1}-{cut + 50}':>8}" for cut in cuts))
    for name, values in continued.items():
        ahead = wave[N_TRAIN:]
        parts = [slice(cut, cut + 50) for cut in cuts]
        print(f"  {name:30}", *(f"{r2_score(ahead[part], values[part]):8.3f}" for part in parts))

    for path in sys.argv[1:]:
        try:
            draw(series, wave, continued, path)
        except ImportError:
            print("\nThe picture needs matplotlib, which is not here.")
        else:
            print(f"\nThe wave and how it goes on are drawn in {path}")


if __name__ == "__main__":
    main()
