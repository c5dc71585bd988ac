# %% ex-5-1: the output gate looks at the old memory
def peephole_step(x_t, h, c, kernel, recurrent, bias, peepholes):
    i, f, g, o = np.split(x_t @ kernel + h @ recurrent + bias, 4)
    i = 1 / (1 + np.exp(-(i + peepholes[0] * c)))
    f = 1 / (1 + np.exp(-(f + peepholes[1] * c)))
    new_c = f * c + i * np.tanh(g)
    o = 1 / (1 + np.exp(-(o + peepholes[2] * c)))
    return o * np.tanh(new_c), new_c


# %% ex-5-1: no peepholes at all
def peephole_step(x_t, h, c, kernel, recurrent, bias, peepholes):
    i, f, g, o = np.split(x_t @ kernel + h @ recurrent + bias, 4)
    i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
    new_c = f * c + i * np.tanh(g)
    return o * np.tanh(new_c), new_c


# %% ex-5-1: the kernels in the order i, f, o, g of other libraries
def peephole_step(x_t, h, c, kernel, recurrent, bias, peepholes):
    i, f, o, g = np.split(x_t @ kernel + h @ recurrent + bias, 4)
    i = 1 / (1 + np.exp(-(i + peepholes[0] * c)))
    f = 1 / (1 + np.exp(-(f + peepholes[1] * c)))
    new_c = f * c + i * np.tanh(g)
    o = 1 / (1 + np.exp(-(o + peepholes[2] * new_c)))
    return o * np.tanh(new_c), new_c


# %% ex-5-1: shows the memory without tanh
def peephole_step(x_t, h, c, kernel, recurrent, bias, peepholes):
    i, f, g, o = np.split(x_t @ kernel + h @ recurrent + bias, 4)
    i = 1 / (1 + np.exp(-(i + peepholes[0] * c)))
    f = 1 / (1 + np.exp(-(f + peepholes[1] * c)))
    new_c = f * c + i * np.tanh(g)
    o = 1 / (1 + np.exp(-(o + peepholes[2] * new_c)))
    return o * new_c, new_c


# %% ex-5-2: forgets the gap
def windows_with_gap(values, length, gap, horizon):
    count = len(values) - length - gap - horizon + 1
    if count < 1:
        raise ValueError("too few days")
    start = np.arange(count)[:, None]
    return values[start + np.arange(length)], values[start + length + np.arange(horizon)]


# %% ex-5-2: leaves out the last window
def windows_with_gap(values, length, gap, horizon):
    count = len(values) - length - gap - horizon
    if count < 1:
        raise ValueError("too few days")
    start = np.arange(count)[:, None]
    return values[start + np.arange(length)], values[start + length + gap + np.arange(horizon)]


# %% ex-5-2: returns nothing instead of refusing
def windows_with_gap(values, length, gap, horizon):
    start = np.arange(max(0, len(values) - length - gap - horizon + 1))[:, None]
    return values[start + np.arange(length)], values[start + length + gap + np.arange(horizon)]


# %% ex-5-2: the gap is one day too long
def windows_with_gap(values, length, gap, horizon):
    count = len(values) - length - gap - horizon + 1
    if count < 1:
        raise ValueError("too few days")
    start = np.arange(count)[:, None]
    answers = np.minimum(start + length + gap + 1 + np.arange(horizon), len(values) - 1)
    return values[start + np.arange(length)], values[answers]


# %% ex-5-3: changes the prices after a single day, the middle
def looks_ahead(make_features, prices):
    before, half = np.asarray(make_features(prices.copy())), len(prices) // 2
    other = prices.copy()
    other[half:] *= 3
    after = np.asarray(make_features(other))
    return ~np.isclose(before[:half], after[:half], equal_nan=True).all(axis=0)


# %% ex-5-3: compares the changed days, too
def looks_ahead(make_features, prices):
    before, found = np.asarray(make_features(prices.copy())), False
    for day in range(len(prices) - 1):
        other = prices.copy()
        other[day + 1 :] *= 3
        found |= ~np.isclose(before, np.asarray(make_features(other)), equal_nan=True).all(axis=0)
    return found


# %% ex-5-3: takes NaN for a difference
def looks_ahead(make_features, prices):
    before, found = np.asarray(make_features(prices.copy())), False
    for day in range(len(prices) - 1):
        for factor in (0.1, 10.0):
            other = prices.copy()
            other[day + 1 :] *= factor
            after = np.asarray(make_features(other))
            found |= ~np.isclose(before[: day + 1], after[: day + 1]).all(axis=0)
    return found


# %% ex-5-3: raises the later prices only
def looks_ahead(make_features, prices):
    before, found = np.asarray(make_features(prices.copy())), False
    for day in range(len(prices) - 1):
        other = prices.copy()
        other[day + 1 :] *= 1.5
        after = np.asarray(make_features(other))
        found |= ~np.isclose(before[: day + 1], after[: day + 1], equal_nan=True).all(axis=0)
    return found


# %% ex-5-3: changes the caller's prices
def looks_ahead(make_features, prices):
    before, found = np.asarray(make_features(prices.copy())), False
    for day in range(len(prices) - 2, -1, -1):
        for factor in (0.01, 1000.0):
            prices[day + 1 :] *= factor
            after = np.asarray(make_features(prices))
            found |= ~np.isclose(before[: day + 1], after[: day + 1], equal_nan=True).all(axis=0)
    return found


# %% ex-5-5: reads the day's own truth instead of the day before's
def write_out(step, state, first, horizon, truth=None):
    if horizon < 1 or (truth is not None and truth.shape[1] != horizon):
        raise ValueError("horizon")
    value, written = first, []
    for day in range(horizon):
        output, state = step(value if truth is None else truth[:, day], state)
        written.append(output)
        value = output
    return np.stack(written, axis=1)


# %% ex-5-5: forgets to hand on the state
def write_out(step, state, first, horizon, truth=None):
    if horizon < 1 or (truth is not None and truth.shape[1] != horizon):
        raise ValueError("horizon")
    value, written = first, []
    for day in range(horizon):
        output, _ = step(value, state)
        written.append(output)
        value = output if truth is None else truth[:, day]
    return np.stack(written, axis=1)


# %% ex-5-5: never uses the teacher
def write_out(step, state, first, horizon, truth=None):
    if horizon < 1 or (truth is not None and truth.shape[1] != horizon):
        raise ValueError("horizon")
    value, written = first, []
    for _ in range(horizon):
        value, state = step(value, state)
        written.append(value)
    return np.stack(written, axis=1)


# %% ex-5-5: always reads the last known value
def write_out(step, state, first, horizon, truth=None):
    if horizon < 1 or (truth is not None and truth.shape[1] != horizon):
        raise ValueError("horizon")
    written = []
    for _ in range(horizon):
        output, state = step(first, state)
        written.append(output)
    return np.stack(written, axis=1)


# %% ex-5-5: days in rows, windows in columns
def write_out(step, state, first, horizon, truth=None):
    if horizon < 1 or (truth is not None and truth.shape[1] != horizon):
        raise ValueError("horizon")
    value, written = first, []
    for day in range(horizon):
        output, state = step(value, state)
        written.append(output)
        value = output if truth is None else truth[:, day]
    return np.stack(written)


# %% ex-5-5: accepts a truth that does not fit
def write_out(step, state, first, horizon, truth=None):
    value, written = first, []
    for day in range(horizon):
        output, state = step(value, state)
        written.append(output)
        value = output if truth is None else truth[:, min(day, truth.shape[1] - 1)]
    return np.stack(written, axis=1)


# %% ex-5-6: fits on all days
def har(values, known):
    if not 30 <= known <= len(values):
        raise ValueError("known")
    design = np.array(
        [[1.0, values[t - 1], values[t - 5 : t].mean(), values[t - 22 : t].mean()] for t in range(22, len(values))]
    )
    weights, *_ = np.linalg.lstsq(design, values[22:])
    return np.concatenate([np.full(22, np.nan), design @ weights])


# %% ex-5-6: the averages hold the day that is to be forecast
def har(values, known):
    if not 30 <= known <= len(values):
        raise ValueError("known")
    design = np.array(
        [
            [1.0, values[t - 1], values[t - 4 : t + 1].mean(), values[t - 21 : t + 1].mean()]
            for t in range(22, len(values))
        ]
    )
    weights, *_ = np.linalg.lstsq(design[: known - 22], values[22:known])
    return np.concatenate([np.full(22, np.nan), design @ weights])


# %% ex-5-6: no constant
def har(values, known):
    if not 30 <= known <= len(values):
        raise ValueError("known")
    design = np.array(
        [[values[t - 1], values[t - 5 : t].mean(), values[t - 22 : t].mean()] for t in range(22, len(values))]
    )
    weights, *_ = np.linalg.lstsq(design[: known - 22], values[22:known])
    return np.concatenate([np.full(22, np.nan), design @ weights])


# %% ex-5-6: fits 22 days too far
def har(values, known):
    if not 30 <= known <= len(values):
        raise ValueError("known")
    design = np.array(
        [[1.0, values[t - 1], values[t - 5 : t].mean(), values[t - 22 : t].mean()] for t in range(22, len(values))]
    )
    weights, *_ = np.linalg.lstsq(design[:known], values[22:][:known])
    return np.concatenate([np.full(22, np.nan), design @ weights])


# %% ex-5-6: the forecasts stand one day early
def har(values, known):
    if not 30 <= known <= len(values):
        raise ValueError("known")
    design = np.array(
        [[1.0, values[t - 1], values[t - 5 : t].mean(), values[t - 22 : t].mean()] for t in range(22, len(values))]
    )
    weights, *_ = np.linalg.lstsq(design[: known - 22], values[22:known])
    found = np.concatenate([np.full(22, np.nan), design @ weights])
    return np.concatenate([found[:22], found[23:], found[-1:]])


# %% ex-5-7: earns on the day of the decision (knows the day's change beforehand)
def break_even(positions, changes):
    if len(positions) != len(changes):
        raise ValueError("lengths")
    traded = np.sum(np.abs(np.diff(positions, prepend=0.0)))
    return float(np.sum(positions * changes) / traded) if traded else 0.0


# %% ex-5-7: the first trade is free
def break_even(positions, changes):
    if len(positions) != len(changes):
        raise ValueError("lengths")
    traded = np.sum(np.abs(np.diff(positions)))
    return float(np.sum(positions[:-1] * changes[1:]) / traded) if traded else 0.0


# %% ex-5-7: sales pay purchases back
def break_even(positions, changes):
    if len(positions) != len(changes):
        raise ValueError("lengths")
    traded = abs(np.sum(np.diff(positions, prepend=0.0)))
    return float(np.sum(positions[:-1] * changes[1:]) / traded) if traded else 0.0


# %% ex-5-7: counts trades and not their size
def break_even(positions, changes):
    if len(positions) != len(changes):
        raise ValueError("lengths")
    traded = np.sum(np.diff(positions, prepend=0.0) != 0)
    return float(np.sum(positions[:-1] * changes[1:]) / traded) if traded else 0.0


# %% ex-5-7: pays for holding, not for trading
def break_even(positions, changes):
    if len(positions) != len(changes):
        raise ValueError("lengths")
    traded = np.sum(np.abs(positions))
    return float(np.sum(positions[:-1] * changes[1:]) / traded) if traded else 0.0


# %% ex-5-7: divides by zero where nothing is traded
def break_even(positions, changes):
    if len(positions) != len(changes):
        raise ValueError("lengths")
    return float(np.sum(positions[:-1] * changes[1:]) / np.sum(np.abs(np.diff(positions, prepend=0.0))))
