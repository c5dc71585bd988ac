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
