"""Plausible wrong answers of stage 2; each must fail the tests of its exercise."""


# %% ex-2-1: makes new layers instead of sharing the stack's
def as_functional(stack):
    inputs = keras.Input(stack.input_shape[1:])
    x = inputs
    for layer in stack.layers:
        x = type(layer).from_config(layer.get_config())(x)
    return keras.Model(inputs, x)


# %% ex-2-1: leaves the last layer out
def as_functional(stack):
    inputs = keras.Input(stack.input_shape[1:])
    x = inputs
    for layer in stack.layers[:-1]:
        x = layer(x)
    return keras.Model(inputs, x)


# %% ex-2-1: gives the stack back
def as_functional(stack):
    return stack


# %% ex-2-2: no activation in the hidden layer
def two_inputs(columns, places, dim):
    numbers = keras.Input((columns,), name="numbers")
    place = keras.Input((1,), dtype="int32", name="place")
    vector = layers.Flatten()(layers.Embedding(places, dim)(place))
    x = layers.Dense(16)(layers.Concatenate()([numbers, vector]))
    return keras.Model([numbers, place], layers.Dense(1, activation="sigmoid")(x))


# %% ex-2-2: the place as a plain number
def two_inputs(columns, places, dim):
    numbers = keras.Input((columns,), name="numbers")
    place = keras.Input((1,), dtype="int32", name="place")
    x = layers.Concatenate()([numbers, ops.cast(place, "float32")])
    x = layers.Dense(16, activation="relu")(x)
    return keras.Model([numbers, place], layers.Dense(1, activation="sigmoid")(x))


# %% ex-2-2: logits instead of probabilities
def two_inputs(columns, places, dim):
    numbers = keras.Input((columns,), name="numbers")
    place = keras.Input((1,), dtype="int32", name="place")
    vector = layers.Flatten()(layers.Embedding(places, dim)(place))
    x = layers.Dense(16, activation="relu")(layers.Concatenate()([numbers, vector]))
    return keras.Model([numbers, place], layers.Dense(1)(x))


# %% ex-2-3: get_config forgets gate_bias
@keras.saving.register_keras_serializable(package="stage2")
class Highway(layers.Layer):
    def __init__(self, gate_bias=-1.0, **options):
        super().__init__(**options)
        self.gate_bias = gate_bias

    def build(self, shape):
        start = keras.initializers.Constant(self.gate_bias)
        self.transform = layers.Dense(shape[-1], activation="tanh")
        self.gate = layers.Dense(shape[-1], activation="sigmoid", bias_initializer=start)
        self.transform.build(shape)
        self.gate.build(shape)

    def call(self, x):
        t = self.gate(x)
        return t * self.transform(x) + (1 - t) * x

    def get_config(self):
        return super().get_config()


# %% ex-2-3: the gate the wrong way round
@keras.saving.register_keras_serializable(package="stage2")
class Highway(layers.Layer):
    def __init__(self, gate_bias=-1.0, **options):
        super().__init__(**options)
        self.gate_bias = gate_bias

    def build(self, shape):
        start = keras.initializers.Constant(self.gate_bias)
        self.transform = layers.Dense(shape[-1], activation="tanh")
        self.gate = layers.Dense(shape[-1], activation="sigmoid", bias_initializer=start)
        self.transform.build(shape)
        self.gate.build(shape)

    def call(self, x):
        t = self.gate(x)
        return (1 - t) * self.transform(x) + t * x

    def get_config(self):
        return super().get_config() | {"gate_bias": self.gate_bias}


# %% ex-2-3: relu instead of tanh
@keras.saving.register_keras_serializable(package="stage2")
class Highway(layers.Layer):
    def __init__(self, gate_bias=-1.0, **options):
        super().__init__(**options)
        self.gate_bias = gate_bias

    def build(self, shape):
        start = keras.initializers.Constant(self.gate_bias)
        self.transform = layers.Dense(shape[-1], activation="relu")
        self.gate = layers.Dense(shape[-1], activation="sigmoid", bias_initializer=start)
        self.transform.build(shape)
        self.gate.build(shape)

    def call(self, x):
        t = self.gate(x)
        return t * self.transform(x) + (1 - t) * x

    def get_config(self):
        return super().get_config() | {"gate_bias": self.gate_bias}


# %% ex-2-4: clips each gradient by itself
def clip(gradients, limit):
    result = []
    for g in gradients:
        norm = ops.sqrt(ops.sum(ops.square(g)))
        result.append(g * ops.minimum(1.0, limit / ops.maximum(norm, 1e-12)))
    return result


def train_clipped(model, x, y, epochs, batch_size, learning_rate, limit):
    history = []
    for _ in range(epochs):
        losses = []
        for i in range(0, len(x), batch_size):
            with tf.GradientTape() as tape:
                loss = ops.mean(ops.square(model(x[i : i + batch_size]) - y[i : i + batch_size]))
            gradients = clip(tape.gradient(loss, model.trainable_variables), limit)
            for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
                variable.assign_sub(learning_rate * gradient)
            losses.append(float(loss))
        history.append(float(np.mean(losses)))
    return history


# %% ex-2-4: lengthens short gradients, too
def clip(gradients, limit):
    norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in gradients))
    return [g * limit / ops.maximum(norm, 1e-12) for g in gradients]


def train_clipped(model, x, y, epochs, batch_size, learning_rate, limit):
    history = []
    for _ in range(epochs):
        losses = []
        for i in range(0, len(x), batch_size):
            with tf.GradientTape() as tape:
                loss = ops.mean(ops.square(model(x[i : i + batch_size]) - y[i : i + batch_size]))
            gradients = clip(tape.gradient(loss, model.trainable_variables), limit)
            for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
                variable.assign_sub(learning_rate * gradient)
            losses.append(float(loss))
        history.append(float(np.mean(losses)))
    return history


# %% ex-2-4: forgets to clip, and drops the last batch
def clip(gradients, limit):
    norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in gradients))
    return [g * ops.minimum(1.0, limit / ops.maximum(norm, 1e-12)) for g in gradients]


def train_clipped(model, x, y, epochs, batch_size, learning_rate, limit):
    history = []
    for _ in range(epochs):
        losses = []
        for i in range(0, len(x) - batch_size + 1, batch_size):
            with tf.GradientTape() as tape:
                loss = ops.mean(ops.square(model(x[i : i + batch_size]) - y[i : i + batch_size]))
            gradients = tape.gradient(loss, model.trainable_variables)
            for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
                variable.assign_sub(learning_rate * gradient)
            losses.append(float(loss))
        history.append(float(np.mean(losses)))
    return history


# %% ex-2-5: scales with all rows
def honest(numbers, places, late, train):
    scaled = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    overall = late[train].mean()
    share = np.full(len(places), overall, dtype=float)
    for place in np.unique(places[train]):
        share[places == place] = late[train & (places == place)].mean()
    return np.column_stack([scaled, share])


# %% ex-2-5: shares from all rows
def honest(numbers, places, late, train):
    scaled = (numbers - numbers[train].mean(axis=0)) / numbers[train].std(axis=0)
    share = np.array([late[places == place].mean() for place in places])
    return np.column_stack([scaled, share])


# %% ex-2-5: zero for a place never seen
def honest(numbers, places, late, train):
    scaled = (numbers - numbers[train].mean(axis=0)) / numbers[train].std(axis=0)
    share = np.zeros(len(places))
    for place in np.unique(places[train]):
        share[places == place] = late[train & (places == place)].mean()
    return np.column_stack([scaled, share])
