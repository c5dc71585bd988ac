# %% ex-3-7: the softmax over the clips, not over the frames
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = np.where(present, features @ query / np.sqrt(features.shape[2]), -1e30)
    shares = np.exp(scores - scores.max(axis=0, keepdims=True)) * present
    shares = shares / np.maximum(shares.sum(axis=0, keepdims=True), 1e-30)
    return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: forgets to divide by the root of d
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = np.where(present, features @ query, -np.inf)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: divides by d instead of its root
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = np.where(present, features @ query / features.shape[2], -np.inf)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: sets the scores of padded frames to 0, which is a score like any other
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = features @ query / np.sqrt(features.shape[2]) * present
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: takes padded frames out after the softmax, so the weights no longer sum to 1
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = features @ query / np.sqrt(features.shape[2])
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True) * present
    return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: subtracts the largest score of padded frames too, so that all real ones may vanish
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = features @ query / np.sqrt(features.shape[2])
    with np.errstate(all="ignore"):
        shares = np.exp(scores - scores.max(axis=1, keepdims=True)) * present
        shares = shares / shares.sum(axis=1, keepdims=True)
        return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: overflows for large scores
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    with np.errstate(all="ignore"):
        shares = np.exp(features @ query / np.sqrt(features.shape[2])) * present
        shares = shares / shares.sum(axis=1, keepdims=True)
        return np.einsum("nt,ntd->nd", shares, features), shares


# %% ex-3-7: the mean of the weighted frames instead of their sum
def attention_pool(features, query, present):
    if not present.any(axis=1).all():
        raise ValueError("no real frame")
    scores = np.where(present, features @ query / np.sqrt(features.shape[2]), -np.inf)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    return (shares[..., None] * features).mean(axis=1), shares


# %% ex-3-7: looks only at the whole batch for a clip without a real frame
def attention_pool(features, query, present):
    if not present.any():
        raise ValueError("no real frame")
    scores = np.where(present, features @ query / np.sqrt(features.shape[2]), -1e30)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True)) * present
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-30)
    return np.einsum("nt,ntd->nd", shares, features), shares
