# %% ex-4-1: does not square the distance
def distance_iou(boxes_a, boxes_b):
    a, b = boxes_a[:, None], boxes_b[None]
    if any((part[:, 2:] < part[:, :2]).any() for part in (boxes_a, boxes_b)):
        raise ValueError
    away = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    hull = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    return box_metrics.iou(boxes_a, boxes_b) - np.sqrt((away**2).sum(-1) / (hull**2).sum(-1))


# %% ex-4-1: divides by the area of the box around both instead of by its diagonal
def distance_iou(boxes_a, boxes_b):
    a, b = boxes_a[:, None], boxes_b[None]
    if any((part[:, 2:] < part[:, :2]).any() for part in (boxes_a, boxes_b)):
        raise ValueError
    away = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    hull = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    return box_metrics.iou(boxes_a, boxes_b) - (away**2).sum(-1) / hull.prod(-1)


# %% ex-4-1: takes the distance of the first corners
def distance_iou(boxes_a, boxes_b):
    a, b = boxes_a[:, None], boxes_b[None]
    if any((part[:, 2:] < part[:, :2]).any() for part in (boxes_a, boxes_b)):
        raise ValueError
    hull = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    return box_metrics.iou(boxes_a, boxes_b) - ((a - b)[..., :2] ** 2).sum(-1) / (hull**2).sum(-1)


# %% ex-4-1: lets a box through that is turned round
def distance_iou(boxes_a, boxes_b):
    a, b = boxes_a[:, None], boxes_b[None]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    both = np.maximum(high - low, 0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - both
    away = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    hull = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    return both / union - (away**2).sum(-1) / (hull**2).sum(-1)


# %% ex-4-2: the plain mean of a group
def merge_boxes(boxes, scores, threshold=0.5):
    queue, merged, best = np.argsort(-scores, kind="stable"), [], []
    overlaps = box_metrics.iou(boxes, boxes)
    while len(queue):
        near = overlaps[queue[0], queue] > threshold
        near[0] = True
        merged.append(boxes[queue[near]].mean(axis=0))
        best.append(scores[queue[0]])
        queue = queue[~near]
    return np.array(merged), np.array(best)


# %% ex-4-2: NMS itself: the best box stays as it is
def merge_boxes(boxes, scores, threshold=0.5):
    kept = box_metrics.nms(boxes, scores, threshold)
    return boxes[kept], scores[kept]


# %% ex-4-2: the mean score of a group
def merge_boxes(boxes, scores, threshold=0.5):
    queue, merged, best = np.argsort(-scores, kind="stable"), [], []
    overlaps = box_metrics.iou(boxes, boxes)
    while len(queue):
        near = overlaps[queue[0], queue] > threshold
        near[0] = True
        group = queue[near]
        merged.append(np.average(boxes[group], axis=0, weights=scores[group]))
        best.append(scores[group].mean())
        queue = queue[~near]
    return np.array(merged), np.array(best)


# %% ex-4-2: a box may belong to several groups
def merge_boxes(boxes, scores, threshold=0.5):
    overlaps = box_metrics.iou(boxes, boxes)
    kept = box_metrics.nms(boxes, scores, threshold)
    groups = [np.flatnonzero(overlaps[best] > threshold) for best in kept]
    merged = [np.average(boxes[group], axis=0, weights=scores[group]) for group in groups]
    return np.array(merged), scores[kept]


# %% ex-4-3: does not sort
def eleven_points(scores, hits, objects):
    if objects < 1 or objects < np.sum(hits):
        raise ValueError
    found = np.cumsum(hits)
    precision, recall = found / np.arange(1, len(found) + 1), found / objects
    return float(np.mean([precision[recall >= r - 1e-9].max(initial=0.0) for r in np.linspace(0, 1, 11)]))


# %% ex-4-3: takes the precision at the recall, not the best from there on
def eleven_points(scores, hits, objects):
    if objects < 1 or objects < np.sum(hits):
        raise ValueError
    found = np.cumsum(np.asarray(hits)[np.argsort(-scores)])
    precision, recall = found / np.arange(1, len(found) + 1), found / objects
    places = [np.flatnonzero(recall >= r - 1e-9) for r in np.linspace(0, 1, 11)]
    return float(np.mean([precision[place[0]] if len(place) else 0.0 for place in places]))


# %% ex-4-3: leaves out the recalls that were not reached
def eleven_points(scores, hits, objects):
    if objects < 1 or objects < np.sum(hits):
        raise ValueError
    found = np.cumsum(np.asarray(hits)[np.argsort(-scores)])
    precision, recall = found / np.arange(1, len(found) + 1), found / objects
    best = [precision[recall >= r - 1e-9].max() for r in np.linspace(0, 1, 11) if (recall >= r - 1e-9).any()]
    return float(np.mean(best)) if best else 0.0


# %% ex-4-3: recall among what was found
def eleven_points(scores, hits, objects):
    if objects < 1 or objects < np.sum(hits):
        raise ValueError
    found = np.cumsum(np.asarray(hits)[np.argsort(-scores)])
    precision, recall = found / np.arange(1, len(found) + 1), found / max(found[-1], 1)
    return float(np.mean([precision[recall >= r - 1e-9].max(initial=0.0) for r in np.linspace(0, 1, 11)]))


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
                i * rows // bins : -(-(i + 1) * rows // bins), j * columns // bins : -(-(j + 1) * columns // bins)
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
                i * rows // bins : -(-(i + 1) * rows // bins), j * columns // bins : -(-(j + 1) * columns // bins)
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
                i * rows // bins : -(-(i + 1) * rows // bins), j * columns // bins : -(-(j + 1) * columns // bins)
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
            cut = part[i * rows // bins : (i + 1) * rows // bins, j * columns // bins : (j + 1) * columns // bins]
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


# %% ex-4-8: the factor looks at the right probability instead of the missing one
def focal_loss(truth, confidence, gamma=2.0):
    if gamma < 0:
        raise ValueError
    q = np.clip(np.where(truth == 1, confidence, 1 - confidence), 1e-7, 1)
    return float(np.sum(-(q**gamma) * np.log(q)))


# %% ex-4-8: forgets that the truth may be 0
def focal_loss(truth, confidence, gamma=2.0):
    if gamma < 0:
        raise ValueError
    return float(np.sum(-truth * (1 - confidence) ** gamma * np.log(np.clip(confidence, 1e-7, 1))))


# %% ex-4-8: the mean instead of the sum
def focal_loss(truth, confidence, gamma=2.0):
    if gamma < 0:
        raise ValueError
    q = np.clip(np.where(truth == 1, confidence, 1 - confidence), 1e-7, 1)
    return float(np.mean(-((1 - q) ** gamma) * np.log(q)))


# %% ex-4-8: multiplies by gamma
def focal_loss(truth, confidence, gamma=2.0):
    if gamma < 0:
        raise ValueError
    q = np.clip(np.where(truth == 1, confidence, 1 - confidence), 1e-7, 1)
    return float(np.sum(-gamma * (1 - q) * np.log(q)))
