# %% ex-10-1: divides by the width instead of its root
def look_up(queries, keys, values, may_look):
    fit = queries @ np.swapaxes(keys, -1, -2) / queries.shape[-1]
    highest = np.where(may_look, fit, -1e30).max(axis=-1, keepdims=True)
    powers = np.where(may_look, np.exp(np.minimum(fit - highest, 0)), 0.0)
    total = powers.sum(axis=-1, keepdims=True)
    return np.where(total > 0, powers / np.where(total > 0, total, 1), 0.0) @ values


# %% ex-10-1: who may look at nothing gets the mean of everything
def look_up(queries, keys, values, may_look):
    fit = np.where(may_look, queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1]), -1e9)
    powers = np.exp(fit - fit.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True) @ values


# %% ex-10-1: multiplies the shares by the mask after the softmax
def look_up(queries, keys, values, may_look):
    fit = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    powers = np.exp(fit - fit.max(axis=-1, keepdims=True))
    return (powers / powers.sum(axis=-1, keepdims=True) * may_look) @ values


# %% ex-10-1: overflows with large scores
def look_up(queries, keys, values, may_look):
    powers = np.exp(queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])) * may_look
    total = powers.sum(axis=-1, keepdims=True)
    return np.where(total > 0, powers / np.where(total > 0, total, 1), 0.0) @ values


# %% ex-10-1: the softmax runs over the queries
def look_up(queries, keys, values, may_look):
    fit = np.where(may_look, queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1]), -1e9)
    powers = np.exp(fit - fit.max(axis=-2, keepdims=True)) * may_look
    return powers / np.maximum(powers.sum(axis=-2, keepdims=True), 1e-9) @ values


# %% ex-10-2: looks into the future
def looks_back(tokens):
    length = tokens.shape[1]
    return np.triu(np.ones((length, length), bool)) & (tokens != 0)[:, None, :]


# %% ex-10-2: hides the rows of padding instead of its columns
def looks_back(tokens):
    length = tokens.shape[1]
    return np.tril(np.ones((length, length), bool)) & (tokens != 0)[:, :, None]


# %% ex-10-2: a word doesn't see itself
def looks_back(tokens):
    length = tokens.shape[1]
    return np.tril(np.ones((length, length), bool), -1) & (tokens != 0)[:, None, :]


# %% ex-10-2: forgets the padding
def looks_back(tokens):
    length = tokens.shape[1]
    return np.broadcast_to(np.tril(np.ones((length, length), bool)), (len(tokens), length, length))


# %% ex-10-3: all sines, then all cosines
def table_of_the_paper(length, width, first=0):
    angle = np.arange(first, first + length)[:, None] * 10_000.0 ** (-2 * np.arange(width // 2) / width)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


# %% ex-10-3: a frequency of its own for every column
def table_of_the_paper(length, width, first=0):
    angle = np.arange(first, first + length)[:, None] * 10_000.0 ** (-np.arange(width) / width)
    return np.where(np.arange(width) % 2, np.cos(angle), np.sin(angle))


# %% ex-10-3: always begins at place 0
def table_of_the_paper(length, width, first=0):
    angle = np.arange(length)[:, None] * 10_000.0 ** (-2 * np.arange(width // 2) / width)
    table = np.zeros((length, width))
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
    return table


# %% ex-10-4: forgets itself
def one_step(query, key, value, cache=None):
    if cache is None:
        return value, (key[None], value[None])
    fit = cache[0] @ query / np.sqrt(len(query))
    shares = np.exp(fit - fit.max())
    grown = np.concatenate([cache[0], key[None]]), np.concatenate([cache[1], value[None]])
    return shares @ cache[1] / shares.sum(), grown


# %% ex-10-4: puts the new token in front
def one_step(query, key, value, cache=None):
    keys, values = key[None], value[None]
    if cache is not None:
        keys, values = np.concatenate([keys, cache[0]]), np.concatenate([values, cache[1]])
    fit = keys @ query / np.sqrt(len(query))
    shares = np.exp(fit - fit.max())
    return shares @ values / shares.sum(), (keys, values)


# %% ex-10-4: keeps only the token before
def one_step(query, key, value, cache=None):
    keys, values = key[None], value[None]
    if cache is not None:
        keys, values = np.concatenate([cache[0][-1:], keys]), np.concatenate([cache[1][-1:], values])
    fit = keys @ query / np.sqrt(len(query))
    shares = np.exp(fit - fit.max())
    return shares @ values / shares.sum(), (keys, values)


# %% ex-10-4: keeps the queries instead of the keys
def one_step(query, key, value, cache=None):
    keys, values = query[None], value[None]
    if cache is not None:
        keys, values = np.concatenate([cache[0], keys]), np.concatenate([cache[1], values])
    fit = keys @ key / np.sqrt(len(query))
    shares = np.exp(fit - fit.max())
    return shares @ values / shares.sum(), (keys, values)


# %% ex-10-5: stops before p is reached
def nucleus(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    inside = order[np.cumsum(probabilities[order]) <= p]
    inside = inside if len(inside) else order[:1]
    kept = np.zeros_like(probabilities)
    kept[inside] = probabilities[inside]
    return kept / kept.sum()


# %% ex-10-5: keeps every token that has at least the probability 1 − p
def nucleus(probabilities, p):
    kept = np.where(probabilities >= 1 - p, probabilities, 0.0)
    kept[probabilities.argmax()] = probabilities.max()
    return kept / kept.sum()


# %% ex-10-5: forgets to scale to the sum 1
def nucleus(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    inside = order[np.cumsum(probabilities[order]) - probabilities[order] < p]
    kept = np.zeros_like(probabilities)
    kept[inside] = probabilities[inside]
    return kept


# %% ex-10-5: the least likely tokens first
def nucleus(probabilities, p):
    order = np.argsort(probabilities, kind="stable")
    inside = order[np.cumsum(probabilities[order]) - probabilities[order] < p]
    kept = np.zeros_like(probabilities)
    kept[inside] = probabilities[inside]
    return kept / kept.sum()


# %% ex-10-6: a plain reshape, which cuts rows and not squares
def patches_of(pictures, size):
    count, height, width, channels = pictures.shape
    if height % size or width % size:
        raise ValueError("the squares don't fit")
    return pictures.reshape(count, -1, size * size * channels)


# %% ex-10-6: from top to bottom first, then from left to right
def patches_of(pictures, size):
    count, height, width, channels = pictures.shape
    if height % size or width % size:
        raise ValueError("the squares don't fit")
    cut = pictures.reshape(count, height // size, size, width // size, size, channels)
    return cut.transpose(0, 3, 1, 2, 4, 5).reshape(count, -1, size * size * channels)


# %% ex-10-6: the channels one after the other
def patches_of(pictures, size):
    count, height, width, channels = pictures.shape
    if height % size or width % size:
        raise ValueError("the squares don't fit")
    cut = pictures.reshape(count, height // size, size, width // size, size, channels)
    return cut.transpose(0, 1, 3, 5, 2, 4).reshape(count, -1, size * size * channels)


# %% ex-10-6: cuts off what doesn't fit
def patches_of(pictures, size):
    count, height, width, channels = pictures.shape
    rows, columns = height // size, width // size
    cut = pictures[:, : rows * size, : columns * size].reshape(count, rows, size, columns, size, channels)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(count, -1, size * size * channels)
