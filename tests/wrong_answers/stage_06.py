# %% ex-6-1: divides by nine, known or not
def fill(pictures, lost):
    if lost.all(axis=(1, 2)).any():
        raise ValueError("nothing known")
    filled = np.where(lost, 0.0, pictures)
    padded = np.pad(filled, ((0, 0), (1, 1), (1, 1)))
    rows, columns = filled.shape[1:]
    total = sum(padded[:, i : i + rows, j : j + columns] for i in range(3) for j in range(3))
    return np.where(lost, total / 9, pictures)


# %% ex-6-1: uses pixels filled in the same round
def fill(pictures, lost):
    filled, lost = np.array(pictures, dtype=float), np.array(lost)
    if lost.all(axis=(1, 2)).any():
        raise ValueError("nothing known")
    while lost.any():
        for k, i, j in np.argwhere(lost):
            window = (k, slice(max(0, i - 1), i + 2), slice(max(0, j - 1), j + 2))
            known = ~lost[window]
            if known.any():
                filled[k, i, j] = filled[window][known].mean()
                lost[k, i, j] = False
    return filled


# %% ex-6-1: the mean of the whole picture
def fill(pictures, lost):
    if lost.all(axis=(1, 2)).any():
        raise ValueError("nothing known")
    means = [picture[~gone].mean() for picture, gone in zip(pictures, lost, strict=True)]
    return np.where(lost, np.array(means)[:, None, None], pictures)


# %% ex-6-2: a tie counts nothing
def right_order(strange, score):
    if strange.all() or not strange.any():
        raise ValueError("one kind only")
    return float(np.mean(score[strange][:, None] > score[~strange][None, :]))


# %% ex-6-2: a tie counts one
def right_order(strange, score):
    if strange.all() or not strange.any():
        raise ValueError("one kind only")
    return float(np.mean(score[strange][:, None] >= score[~strange][None, :]))


# %% ex-6-2: the share on the right side of the median
def right_order(strange, score):
    if strange.all() or not strange.any():
        raise ValueError("one kind only")
    return float(np.mean((score > np.median(score)) == strange))


# %% ex-6-2: all pairs, also those of one kind
def right_order(strange, score):
    if strange.all() or not strange.any():
        raise ValueError("one kind only")
    pairs = [(i, j) for i in range(len(score)) for j in range(i) if strange[i] != strange[j]]
    right = sum((score[i] - score[j]) * (int(strange[i]) - int(strange[j])) > 0 for i, j in pairs)
    ties = sum(score[i] == score[j] for i in range(len(score)) for j in range(i))
    return float((right + ties / 2) / len(pairs))


# %% ex-6-4: padding counts in the denominator
def masked_cross_entropy(y, logits):
    if not (y != 0).any():
        raise ValueError("padding")
    highest = logits.max(axis=-1, keepdims=True)
    log_p = logits - highest - np.log(np.exp(logits - highest).sum(axis=-1, keepdims=True))
    return float((-np.take_along_axis(log_p, y[..., None], -1)[..., 0] * (y != 0)).mean())


# %% ex-6-4: the mean of the sentences' means
def masked_cross_entropy(y, logits):
    if not (y != 0).any():
        raise ValueError("padding")
    highest = logits.max(axis=-1, keepdims=True)
    log_p = logits - highest - np.log(np.exp(logits - highest).sum(axis=-1, keepdims=True))
    loss = -np.take_along_axis(log_p, y[..., None], -1)[..., 0]
    return float(np.mean([row[real != 0].mean() for row, real in zip(loss, y, strict=True) if (real != 0).any()]))


# %% ex-6-4: overflows
def masked_cross_entropy(y, logits):
    if not (y != 0).any():
        raise ValueError("padding")
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return float(-np.log(np.take_along_axis(p, y[..., None], -1)[..., 0][y != 0]).mean())


# %% ex-6-5: padding gets the score 0
def attend(queries, keys, values, real):
    if not real.any(axis=1).all():
        raise ValueError("padding")
    score = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1]) * real[:, None, :]
    weights = np.exp(score - score.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ values, weights


# %% ex-6-5: not scaled
def attend(queries, keys, values, real):
    if not real.any(axis=1).all():
        raise ValueError("padding")
    score = np.where(real[:, None, :], queries @ keys.swapaxes(1, 2), -np.inf)
    weights = np.exp(score - score.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ values, weights


# %% ex-6-5: padding removed after the softmax, so that the rest does not sum to 1
def attend(queries, keys, values, real):
    if not real.any(axis=1).all():
        raise ValueError("padding")
    score = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
    weights = np.exp(score - score.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True) * real[:, None, :]
    return weights @ values, weights


# %% ex-6-6: greedy whatever the width
def search(next_words, width, longest):
    text, total = (), 0.0
    for _ in range(longest):
        word, log_p = max(next_words(text).items(), key=lambda pair: pair[1])
        text, total = (*text, word), total + log_p
        if word == ".":
            return text, total
    raise ValueError("not finished")


# %% ex-6-6: stops at the first finished sentence
def search(next_words, width, longest):
    beam = [((), 0.0)]
    for _ in range(longest):
        grown = [((*t, w), s + p) for t, s in beam for w, p in next_words(t).items()]
        beam = sorted(grown, key=lambda pair: -pair[1])[:width]
        for pair in beam:
            if pair[0][-1] == ".":
                return pair
    raise ValueError("not finished")


# %% ex-6-6: keeps the best by the last word alone
def search(next_words, width, longest):
    beam, finished = [((), 0.0, 0.0)], []
    for _ in range(longest):
        grown = [((*t, w), s + p, p) for t, s, _ in beam for w, p in next_words(t).items()]
        grown = sorted(grown, key=lambda pair: -pair[2])[:width]
        finished += [pair for pair in grown if pair[0][-1] == "."]
        beam = [pair for pair in grown if pair[0][-1] != "."]
    if not finished:
        raise ValueError("not finished")
    return max(finished, key=lambda pair: pair[1])[:2]


# %% ex-6-7: not clipped
def shared_groups(candidate, references, n):
    if n < 1 or not references:
        raise ValueError("bad")

    def groups(text):
        return [tuple(text.split()[i : i + n]) for i in range(len(text.split()) - n + 1)]

    known = {g for r in references for g in groups(r)}
    return sum(g in known for g in groups(candidate)), len(groups(candidate))


# %% ex-6-7: clipped by the sum over the references
def shared_groups(candidate, references, n):
    if n < 1 or not references:
        raise ValueError("bad")

    def groups(text):
        return [tuple(text.split()[i : i + n]) for i in range(len(text.split()) - n + 1)]

    own = groups(candidate)
    return sum(min(own.count(g), sum(groups(r).count(g) for r in references)) for g in set(own)), len(own)


# %% ex-6-7: each kind of group counts once
def shared_groups(candidate, references, n):
    if n < 1 or not references:
        raise ValueError("bad")

    def groups(text):
        return {tuple(text.split()[i : i + n]) for i in range(len(text.split()) - n + 1)}

    own = groups(candidate)
    return len(own & set().union(*map(groups, references))), len(own)
