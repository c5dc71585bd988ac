# %% ex-3-1: forgets the dilation
def conv_cost(height, width, channels, filters, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    if channels % groups or filters % groups or max(kernel) > height + 2 * padding:
        raise ValueError("does not fit")
    sides = [(size + 2 * padding - k) // stride + 1 for size, k in zip((height, width), kernel, strict=True)]
    weights = kernel[0] * kernel[1] * (channels // groups) * filters
    return sides[0], sides[1], weights + bool(bias) * filters, weights * sides[0] * sides[1]


# %% ex-3-1: every filter sees all channels, groups or not
def conv_cost(height, width, channels, filters, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    if channels % groups or filters % groups:
        raise ValueError("does not fit")
    sides = []
    for size, k in zip((height, width), kernel, strict=True):
        reach = dilation * (k - 1) + 1
        if reach > size + 2 * padding:
            raise ValueError("does not fit")
        sides.append((size + 2 * padding - reach) // stride + 1)
    weights = kernel[0] * kernel[1] * channels * filters
    return sides[0], sides[1], weights + bool(bias) * filters, weights * sides[0] * sides[1]


# %% ex-3-1: counts one bias for each place
def conv_cost(height, width, channels, filters, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    if channels % groups or filters % groups:
        raise ValueError("does not fit")
    sides = []
    for size, k in zip((height, width), kernel, strict=True):
        reach = dilation * (k - 1) + 1
        if reach > size + 2 * padding:
            raise ValueError("does not fit")
        sides.append((size + 2 * padding - reach) // stride + 1)
    weights = kernel[0] * kernel[1] * (channels // groups) * filters
    return sides[0], sides[1], weights + bool(bias) * sides[0] * sides[1], weights * sides[0] * sides[1]


# %% ex-3-1: accepts a kernel that does not fit
def conv_cost(height, width, channels, filters, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    if channels % groups or filters % groups:
        raise ValueError("does not fit")
    sides = []
    for size, k in zip((height, width), kernel, strict=True):
        sides.append((size + 2 * padding - dilation * (k - 1) - 1) // stride + 1)
    weights = kernel[0] * kernel[1] * (channels // groups) * filters
    return sides[0], sides[1], weights + bool(bias) * filters, weights * sides[0] * sides[1]


# %% ex-3-2: one look after the other instead of side by side
def inception_module(x, filters):
    one, reduce3, three, reduce5, five, pooled = filters
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(one, 1, **options)(x)
    b = layers.Conv2D(three, 3, **options)(layers.Conv2D(reduce3, 1, **options)(a))
    c = layers.Conv2D(five, 5, **options)(layers.Conv2D(reduce5, 1, **options)(b))
    d = layers.Conv2D(pooled, 1, **options)(layers.MaxPooling2D(3, 1, "same")(c))
    return layers.Concatenate()([a, b, c, d])


# %% ex-3-2: forgets the activation
def inception_module(x, filters):
    one, reduce3, three, reduce5, five, pooled = filters
    a = layers.Conv2D(one, 1, padding="same")(x)
    b = layers.Conv2D(three, 3, padding="same")(layers.Conv2D(reduce3, 1, padding="same")(x))
    c = layers.Conv2D(five, 5, padding="same")(layers.Conv2D(reduce5, 1, padding="same")(x))
    d = layers.Conv2D(pooled, 1, padding="same")(layers.MaxPooling2D(3, 1, "same")(x))
    return layers.Concatenate()([a, b, c, d])


# %% ex-3-2: average pooling in the fourth branch
def inception_module(x, filters):
    one, reduce3, three, reduce5, five, pooled = filters
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(one, 1, **options)(x)
    b = layers.Conv2D(three, 3, **options)(layers.Conv2D(reduce3, 1, **options)(x))
    c = layers.Conv2D(five, 5, **options)(layers.Conv2D(reduce5, 1, **options)(x))
    d = layers.Conv2D(pooled, 1, **options)(layers.AveragePooling2D(3, 1, "same")(x))
    return layers.Concatenate()([a, b, c, d])


# %% ex-3-2: no reduction before the large kernels
def inception_module(x, filters):
    one, _, three, _, five, pooled = filters
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(one, 1, **options)(x)
    b = layers.Conv2D(three, 3, **options)(x)
    c = layers.Conv2D(five, 5, **options)(x)
    d = layers.Conv2D(pooled, 1, **options)(layers.MaxPooling2D(3, 1, "same")(x))
    return layers.Concatenate()([a, b, c, d])


# %% ex-3-3: all the zeros behind
def pad_shortcut(x, filters, strides):
    missing = filters - x.shape[-1]
    if missing < 0:
        raise ValueError("fewer channels")
    return np.pad(x[:, ::strides, ::strides], [(0, 0), (0, 0), (0, 0), (0, missing)])


# %% ex-3-3: takes means instead of every second pixel
def pad_shortcut(x, filters, strides):
    missing = filters - x.shape[-1]
    if missing < 0:
        raise ValueError("fewer channels")
    n, rows, columns, channels = x.shape
    small = x[:, : rows // strides * strides, : columns // strides * strides]
    small = small.reshape(n, rows // strides, strides, columns // strides, strides, channels).mean((2, 4))
    return np.pad(small, [(0, 0), (0, 0), (0, 0), (missing // 2, missing - missing // 2)])


# %% ex-3-3: starts with the second pixel
def pad_shortcut(x, filters, strides):
    missing = filters - x.shape[-1]
    if missing < 0:
        raise ValueError("fewer channels")
    thin = x[:, strides - 1 :: strides, strides - 1 :: strides]
    return np.pad(thin, [(0, 0), (0, 0), (0, 0), (missing // 2, missing - missing // 2)])


# %% ex-3-3: cuts channels off without a word
def pad_shortcut(x, filters, strides):
    missing = max(filters - x.shape[-1], 0)
    thin = x[:, ::strides, ::strides, :filters]
    return np.pad(thin, [(0, 0), (0, 0), (0, 0), (missing // 2, missing - missing // 2)])


# %% ex-3-4: adds after the last ReLU
def my_bottleneck(x, filters, strides=1):
    def normalised(y, count, size, step=1):
        return layers.BatchNormalization()(layers.Conv2D(count, size, step, "same", use_bias=False)(y))

    kept = x
    if strides > 1 or x.shape[-1] != 4 * filters:
        kept = normalised(x, 4 * filters, 1, strides)
    y = layers.ReLU()(normalised(x, filters, 1, strides))
    y = layers.ReLU()(normalised(y, filters, 3))
    return layers.Add()([kept, layers.ReLU()(normalised(y, 4 * filters, 1))])


# %% ex-3-4: forgets the shortcut where the shape stays
def my_bottleneck(x, filters, strides=1):
    def normalised(y, count, size, step=1):
        return layers.BatchNormalization()(layers.Conv2D(count, size, step, "same", use_bias=False)(y))

    y = layers.ReLU()(normalised(x, filters, 1, strides))
    y = layers.ReLU()(normalised(y, filters, 3))
    y = normalised(y, 4 * filters, 1)
    if strides > 1 or x.shape[-1] != 4 * filters:
        y = layers.Add()([normalised(x, 4 * filters, 1, strides), y])
    return layers.ReLU()(y)


# %% ex-3-4: biases in the convolutions and no ReLU after the second
def my_bottleneck(x, filters, strides=1):
    def normalised(y, count, size, step=1):
        return layers.BatchNormalization()(layers.Conv2D(count, size, step, "same", use_bias=False)(y))

    kept = x
    if strides > 1 or x.shape[-1] != 4 * filters:
        kept = normalised(x, 4 * filters, 1, strides)
    y = layers.ReLU()(normalised(x, filters, 1, strides))
    y = normalised(y, filters, 3)
    return layers.ReLU()(layers.Add()([kept, normalised(y, 4 * filters, 1)]))


# %% ex-3-4: a projection in every block (option C)
def my_bottleneck(x, filters, strides=1):
    def normalised(y, count, size, step=1):
        return layers.BatchNormalization()(layers.Conv2D(count, size, step, "same", use_bias=False)(y))

    kept = normalised(x, 4 * filters, 1, strides)
    y = layers.ReLU()(normalised(x, filters, 1, strides))
    y = layers.ReLU()(normalised(y, filters, 3))
    return layers.ReLU()(layers.Add()([kept, normalised(y, 4 * filters, 1)]))


# %% ex-3-5: the original order
def updated_unit(x, filters):
    if x.shape[-1] != filters:
        raise ValueError("other channels")
    y = x
    for _ in range(2):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        y = layers.ReLU()(layers.BatchNormalization()(y))
    return layers.Add()([x, y])


# %% ex-3-5: ReLU behind the sum
def updated_unit(x, filters):
    if x.shape[-1] != filters:
        raise ValueError("other channels")
    y = x
    for _ in range(2):
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    return layers.ReLU()(layers.Add()([x, y]))


# %% ex-3-5: the shortcut starts behind the first ReLU
def updated_unit(x, filters):
    if x.shape[-1] != filters:
        raise ValueError("other channels")
    before = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(before)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    return layers.Add()([before, y])


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
