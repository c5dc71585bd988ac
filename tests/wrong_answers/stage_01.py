# %% ex-1-1: forgets the bias
def dense(x, weights, bias):
    if x.shape[1] != weights.shape[0]:
        raise ValueError("widths differ")
    return np.maximum(0.0, x @ weights)


# %% ex-1-1: forgets the activation
def dense(x, weights, bias):
    if x.shape[1] != weights.shape[0]:
        raise ValueError("widths differ")
    return x @ weights + bias


# %% ex-1-1: adds the bias after the activation
def dense(x, weights, bias):
    if x.shape[1] != weights.shape[0]:
        raise ValueError("widths differ")
    return np.maximum(0.0, x @ weights) + bias


# %% ex-1-1: lets a wrong shape raise something else
def dense(x, weights, bias):
    assert x.shape[1] == weights.shape[0]
    return np.maximum(0.0, x @ weights + bias)


# %% ex-1-2: forgets the derivative of tanh
def tanh_backward(x, weights, bias, upstream):
    return x.T @ upstream, upstream.sum(axis=0), upstream @ weights.T


# %% ex-1-2: takes the mean over the samples where the sum belongs
def tanh_backward(x, weights, bias, upstream):
    delta = upstream * (1 - np.tanh(x @ weights + bias) ** 2)
    return x.T @ delta / len(x), delta.mean(axis=0), delta @ weights.T


# %% ex-1-2: squares the sum instead of the activation
def tanh_backward(x, weights, bias, upstream):
    delta = upstream * (1 - (x @ weights + bias) ** 2)
    return x.T @ delta, delta.sum(axis=0), delta @ weights.T


# %% ex-1-2: hands down the derivative's wrong factor to the layer below
def tanh_backward(x, weights, bias, upstream):
    delta = upstream * (1 - np.tanh(x @ weights + bias) ** 2)
    return x.T @ delta, delta.sum(axis=0), upstream @ weights.T


# %% ex-1-3: overflows for large logits
def softmax_loss(logits, labels):
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(labels)


# %% ex-1-3: the gradient of the sum, not of the mean
def softmax_loss(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    slope = np.exp(log_p)
    slope[rows, labels] -= 1
    return -log_p[rows, labels].mean(), slope


# %% ex-1-3: the sign of the gradient turned round
def softmax_loss(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    slope = -np.exp(log_p)
    slope[rows, labels] += 1
    return -log_p[rows, labels].mean(), slope / len(labels)


# %% ex-1-3: adds a tiny number to the probability, so a huge mistake costs too little
def softmax_loss(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = -np.log(p[rows, labels] + 1e-12).mean()
    p[rows, labels] -= 1
    return loss, p / len(labels)


# %% ex-1-4: the squares of the coordinates alone, as for the circle
def my_features(x):
    return x**2


# %% ex-1-4: the radius alone, which is not large only in the middle
def my_features(x):
    return np.hypot(x[:, 0], x[:, 1])[:, None]


# %% ex-1-4: looks at the whole batch
def my_features(x):
    radius = np.hypot(x[:, 0], x[:, 1])
    return np.abs(radius - radius.mean())[:, None]


# %% ex-1-4: polar coordinates
def my_features(x):
    return np.stack([np.hypot(x[:, 0], x[:, 1]), np.arctan2(x[:, 1], x[:, 0])], axis=1)


# %% ex-1-5: gives up one epoch too late
def stop_early(val_loss, patience):
    if patience < 1:
        raise ValueError(f"patience must be at least 1; got {patience}")
    best = 0
    for epoch, loss in enumerate(val_loss):
        if loss < val_loss[best]:
            best = epoch
        elif epoch - best > patience:
            return best, epoch + 1
    return best, len(val_loss)


# %% ex-1-5: compares with the epoch before, not with the lowest
def stop_early(val_loss, patience):
    if patience < 1:
        raise ValueError(f"patience must be at least 1; got {patience}")
    best, waited = 0, 0
    for epoch in range(1, len(val_loss)):
        if val_loss[epoch] < val_loss[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch + 1
    return best, len(val_loss)


# %% ex-1-5: takes an equal loss for a new minimum
def stop_early(val_loss, patience):
    if patience < 1:
        raise ValueError(f"patience must be at least 1; got {patience}")
    best = 0
    for epoch, loss in enumerate(val_loss):
        if loss <= val_loss[best]:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch + 1
    return best, len(val_loss)


# %% ex-1-6: He's deviation whatever the slope
def deviation(inputs, slope):
    return np.sqrt(2 / inputs)


# %% ex-1-6: the variance instead of the deviation
def deviation(inputs, slope):
    return 2 / ((1 + slope**2) * inputs)


# %% ex-1-6: the slope not squared
def deviation(inputs, slope):
    return np.sqrt(2 / ((1 + slope) * inputs))


# %% ex-1-7: forgets the correction of the bias
def adamw(w, gradients, rate, decay):
    w = np.array(w, "float64")
    m, s = np.zeros_like(w), np.zeros_like(w)
    for g in gradients:
        w = w - rate * decay * w
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        w = w - rate * m / (np.sqrt(s) + 1e-7)
    return w


# %% ex-1-7: puts the decay into the gradient, which is Adam with L2
def adamw(w, gradients, rate, decay):
    w = np.array(w, "float64")
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        g = g + decay * w
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-7)
    return w


# %% ex-1-7: changes the caller's array
def adamw(w, gradients, rate, decay):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        w -= rate * decay * w
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        w -= rate * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-7)
    return w
