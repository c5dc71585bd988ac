# %% ex-4-5: moves by steps in pixels instead of by shares of the reference
def boxes_from(steps, references, size):
    r_size = references[:, 2:] - references[:, :2]
    centre = references[:, :2] + r_size / 2 + steps[:, :2]
    half = np.exp(steps[:, 2:]) * r_size / 2
    return np.clip(np.concatenate([centre - half, centre + half], axis=1), 0, size)


# %% ex-4-5: moves the corner instead of the centre
def boxes_from(steps, references, size):
    r_size = references[:, 2:] - references[:, :2]
    corner = references[:, :2] + steps[:, :2] * r_size
    return np.clip(np.concatenate([corner, corner + np.exp(steps[:, 2:]) * r_size], axis=1), 0, size)


# %% ex-4-5: forgets the exponential
def boxes_from(steps, references, size):
    r_size = references[:, 2:] - references[:, :2]
    centre = references[:, :2] + r_size / 2 + steps[:, :2] * r_size
    half = (1 + steps[:, 2:]) * r_size / 2
    return np.clip(np.concatenate([centre - half, centre + half], axis=1), 0, size)


# %% ex-4-5: does not cut off at the edges
def boxes_from(steps, references, size):
    r_size = references[:, 2:] - references[:, :2]
    centre = references[:, :2] + r_size / 2 + steps[:, :2] * r_size
    half = np.exp(steps[:, 2:]) * r_size / 2
    return np.concatenate([centre - half, centre + half], axis=1)


# %% ex-4-6: leaves the last row and column out
def pool_region(feature_map, region, bins):
    left, top, right, bottom = region
    part = feature_map[top : max(bottom, top + 1), left : max(right, left + 1)]
    rows, columns = part.shape[:2]
    pooled = np.empty((bins, bins, part.shape[2]))
    for i in range(bins):
        for j in range(bins):
            cut = part[
                i * rows // bins : -(-(i + 1) * rows // bins),
                j * columns // bins : -(-(j + 1) * columns // bins),
            ]
            pooled[i, j] = cut.max(axis=(0, 1))
    return pooled


# %% ex-4-6: takes rows for columns
def pool_region(feature_map, region, bins):
    top, left, bottom, right = region
    part = feature_map[top : bottom + 1, left : right + 1]
    rows, columns = part.shape[:2]
    pooled = np.zeros((bins, bins, feature_map.shape[2]))
    for i in range(bins):
        for j in range(bins):
            cut = part[
                i * rows // bins : -(-(i + 1) * rows // bins),
                j * columns // bins : -(-(j + 1) * columns // bins),
            ]
            pooled[i, j] = cut.max(axis=(0, 1)) if cut.size else 0
    return pooled


# %% ex-4-6: the mean instead of the maximum
def pool_region(feature_map, region, bins):
    left, top, right, bottom = region
    part = feature_map[top : bottom + 1, left : right + 1]
    rows, columns = part.shape[:2]
    pooled = np.empty((bins, bins, part.shape[2]))
    for i in range(bins):
        for j in range(bins):
            cut = part[
                i * rows // bins : -(-(i + 1) * rows // bins),
                j * columns // bins : -(-(j + 1) * columns // bins),
            ]
            pooled[i, j] = cut.mean(axis=(0, 1))
    return pooled


# %% ex-4-6: rounds the ends of the bins down, so that bins of a small region are empty or lose cells
def pool_region(feature_map, region, bins):
    left, top, right, bottom = region
    part = feature_map[top : bottom + 1, left : right + 1]
    rows, columns = part.shape[:2]
    pooled = np.zeros((bins, bins, part.shape[2]))
    for i in range(bins):
        for j in range(bins):
            cut = part[
                i * rows // bins : (i + 1) * rows // bins, j * columns // bins : (j + 1) * columns // bins
            ]
            pooled[i, j] = cut.max(axis=(0, 1)) if cut.size else 0
    return pooled


# %% ex-4-7: forgets the rule of the best anchor
def anchor_labels(overlap, high, low):
    if not 0 < low <= high:
        raise ValueError("0 < low <= high is needed")
    if overlap.shape[1] == 0:
        return np.zeros(len(overlap), dtype=int)
    best = overlap.max(axis=1)
    return np.where(best >= high, 1, np.where(best < low, 0, -1))


# %% ex-4-7: only the first of several best anchors
def anchor_labels(overlap, high, low):
    if not 0 < low <= high:
        raise ValueError("0 < low <= high is needed")
    if overlap.shape[1] == 0:
        return np.zeros(len(overlap), dtype=int)
    best = overlap.max(axis=1)
    labels = np.where(best >= high, 1, np.where(best < low, 0, -1))
    labels[overlap.argmax(axis=0)[overlap.max(axis=0) > 0]] = 1
    return labels


# %% ex-4-7: background wins over the rule of the best anchor
def anchor_labels(overlap, high, low):
    if not 0 < low <= high:
        raise ValueError("0 < low <= high is needed")
    if overlap.shape[1] == 0:
        return np.zeros(len(overlap), dtype=int)
    best = overlap.max(axis=1)
    first = ((overlap == overlap.max(axis=0)) & (overlap > 0)).any(axis=1)
    return np.where(best < low, 0, np.where((best >= high) | first, 1, -1))


# %% ex-4-7: an anchor that touches nothing is an object
def anchor_labels(overlap, high, low):
    if not 0 < low <= high:
        raise ValueError("0 < low <= high is needed")
    if overlap.shape[1] == 0:
        return np.zeros(len(overlap), dtype=int)
    best = overlap.max(axis=1)
    labels = np.where(best >= high, 1, np.where(best < low, 0, -1))
    labels[(overlap == overlap.max(axis=0)).any(axis=1)] = 1
    return labels
