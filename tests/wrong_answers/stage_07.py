# %% ex-7-1: the minimax loss for the generator
def both_losses(real_logits, fake_logits):
    discriminator = np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean()
    return float(discriminator), float(-np.logaddexp(0, fake_logits).mean())


# %% ex-7-1: takes the logarithm of probabilities, which overflows
def both_losses(real_logits, fake_logits):
    with np.errstate(all="ignore"):
        real, fake = 1 / (1 + np.exp(-real_logits)), 1 / (1 + np.exp(-fake_logits))
        return float(-np.log(real).mean() - np.log(1 - fake).mean()), float(-np.log(fake).mean())


# %% ex-7-1: the mean of the two terms instead of their sum
def both_losses(real_logits, fake_logits):
    discriminator = (np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean()) / 2
    return float(discriminator), float(np.logaddexp(0, -fake_logits).mean())


# %% ex-7-1: the labels the wrong way round for the discriminator
def both_losses(real_logits, fake_logits):
    discriminator = np.logaddexp(0, real_logits).mean() + np.logaddexp(0, -fake_logits).mean()
    return float(discriminator), float(np.logaddexp(0, -fake_logits).mean())


# %% ex-7-2: the painter faces the old critic
def one_round(shift, slope, real, z, rate):
    fake = z + shift
    d_real, d_fake = 1 / (1 + np.exp(-slope * real)), 1 / (1 + np.exp(-slope * fake))
    new_slope = slope - rate * (((d_real - 1) * real).mean() + (d_fake * fake).mean())
    return shift + rate * ((1 - d_fake) * slope).mean(), new_slope


# %% ex-7-2: the minimax loss for the painter
def one_round(shift, slope, real, z, rate):
    fake = z + shift
    d_real, d_fake = 1 / (1 + np.exp(-slope * real)), 1 / (1 + np.exp(-slope * fake))
    slope = slope - rate * (((d_real - 1) * real).mean() + (d_fake * fake).mean())
    d_fake = 1 / (1 + np.exp(-slope * fake))
    return shift + rate * (d_fake * slope).mean(), slope


# %% ex-7-2: forgets the slope in the chain rule
def one_round(shift, slope, real, z, rate):
    fake = z + shift
    d_real, d_fake = 1 / (1 + np.exp(-slope * real)), 1 / (1 + np.exp(-slope * fake))
    slope = slope - rate * (((d_real - 1) * real).mean() + (d_fake * fake).mean())
    d_fake = 1 / (1 + np.exp(-slope * fake))
    return shift + rate * (1 - d_fake).mean(), slope


# %% ex-7-2: sums over the batch instead of taking the mean
def one_round(shift, slope, real, z, rate):
    fake = z + shift
    d_real, d_fake = 1 / (1 + np.exp(-slope * real)), 1 / (1 + np.exp(-slope * fake))
    slope = slope - rate * (((d_real - 1) * real).sum() + (d_fake * fake).sum())
    d_fake = 1 / (1 + np.exp(-slope * fake))
    return shift + rate * ((1 - d_fake) * slope).sum(), slope


# %% ex-7-4: counts every sample for its nearest centre, however far
def collapse(samples, centres, radius, least):
    apart = np.linalg.norm(samples[:, None] - centres[None], axis=-1)
    counts = np.bincount(apart.argmin(axis=1), minlength=len(centres))
    return int((counts >= least).sum()), float((apart.min(axis=1) <= radius).mean())


# %% ex-7-4: a single sample is enough
def collapse(samples, centres, radius, least):
    apart = np.linalg.norm(samples[:, None] - centres[None], axis=-1)
    good = apart.min(axis=1) <= radius
    return len(set(apart.argmin(axis=1)[good].tolist())), float(good.mean())


# %% ex-7-4: more than `least` instead of at least
def collapse(samples, centres, radius, least):
    apart = np.linalg.norm(samples[:, None] - centres[None], axis=-1)
    good = apart.min(axis=1) <= radius
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centres))
    return int((counts > least).sum()), float(good.mean())


# %% ex-7-4: the share of samples at covered centres only
def collapse(samples, centres, radius, least):
    apart = np.linalg.norm(samples[:, None] - centres[None], axis=-1)
    good = apart.min(axis=1) <= radius
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centres))
    return int((counts >= least).sum()), float(counts[counts >= least].sum() / len(samples))


# %% ex-7-5: forgets the root
def gradient_penalty(critic, real, fake, share):
    between = share * real + (1 - share) * fake
    slope = ops.reshape(input_gradient(critic, between), (len(real), -1))
    return ops.mean((ops.sum(slope**2, axis=1) - 1) ** 2)


# %% ex-7-5: looks at the real samples only
def gradient_penalty(critic, real, fake, share):
    slope = ops.reshape(input_gradient(critic, real), (len(real), -1))
    return ops.mean((ops.sqrt(ops.sum(slope**2, axis=1) + 1e-12) - 1) ** 2)


# %% ex-7-5: each number of the gradient for itself instead of their norm
def gradient_penalty(critic, real, fake, share):
    between = share * real + (1 - share) * fake
    return ops.mean((ops.abs(input_gradient(critic, between)) - 1) ** 2)


# %% ex-7-5: the norm over the last axis only
def gradient_penalty(critic, real, fake, share):
    between = share * real + (1 - share) * fake
    slope = input_gradient(critic, between)
    return ops.mean((ops.sqrt(ops.sum(slope**2, axis=-1) + 1e-12) - 1) ** 2)


# %% ex-7-6: begins at 4 whatever the size
def generator_for(size, channels, latent):
    z = keras.Input((latent,))
    x = keras.layers.Reshape((4, 4, 16))(keras.layers.Dense(4 * 4 * 16, activation="relu")(z))
    for _ in range(int(np.ceil(np.log2(size / 4))) - 1):
        x = keras.layers.Conv2DTranspose(16, 4, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same", activation="tanh")(x)
    return keras.Model(z, x)


# %% ex-7-6: ends with a sigmoid
def generator_for(size, channels, latent):
    begin, doublings = size, 0
    while begin % 2 == 0 and begin > 7:
        begin, doublings = begin // 2, doublings + 1
    z = keras.Input((latent,))
    x = keras.layers.Reshape((begin, begin, 16))(keras.layers.Dense(begin * begin * 16, activation="relu")(z))
    for _ in range(doublings - 1):
        x = keras.layers.Conv2DTranspose(16, 4, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Conv2DTranspose(channels, 4, strides=2, padding="same", activation="sigmoid")(x)
    return keras.Model(z, x)


# %% ex-7-6: a kernel of 3, which the stride does not divide
def generator_for(size, channels, latent):
    begin, doublings = size, 0
    while begin % 2 == 0 and begin > 7:
        begin, doublings = begin // 2, doublings + 1
    z = keras.Input((latent,))
    x = keras.layers.Reshape((begin, begin, 16))(keras.layers.Dense(begin * begin * 16, activation="relu")(z))
    for _ in range(doublings - 1):
        x = keras.layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Conv2DTranspose(channels, 3, strides=2, padding="same", activation="tanh")(x)
    return keras.Model(z, x)


# %% ex-7-6: one large stride instead of doublings
def generator_for(size, channels, latent):
    begin = size
    while begin % 2 == 0 and begin > 7:
        begin //= 2
    times = size // begin
    z = keras.Input((latent,))
    x = keras.layers.Reshape((begin, begin, 16))(keras.layers.Dense(begin * begin * 16, activation="relu")(z))
    x = keras.layers.Conv2DTranspose(channels, 2 * times, strides=times, padding="same", activation="tanh")(x)
    return keras.Model(z, x)
