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
