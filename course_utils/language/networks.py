"""Transformer blocks from Keras' own attention layer, for every use of stage 10 that is not its own derivation.

Stage 10, sections 1 to 3, writes attention and the block out by hand, and checks them against these.
"""

from ..errors import CourseError
from ..quiet import keras

__all__ = ["Positions", "block", "encoder_decoder", "not_padding"]

layers, ops = keras.layers, keras.ops


@keras.saving.register_keras_serializable(package="course")
class Positions(layers.Layer):
    """Adds to each place a vector of its own: (batch, length, width) → the same; learnt, one for each place."""

    def build(self, shape):
        self.table = self.add_weight(
            shape=(shape[1], shape[2]), initializer=keras.initializers.RandomNormal(0.0, 0.02), name="table"
        )

    def call(self, x):
        return x + self.table


@keras.saving.register_keras_serializable(package="course")
class _NotPadding(layers.Layer):
    def call(self, tokens):
        return ops.expand_dims(ops.not_equal(tokens, 0), 1)


def not_padding(tokens):
    """(batch, 1, length) boolean: which of the (batch, length) tokens may be looked at, all but number 0."""
    return _NotPadding()(tokens)


def block(
    x, heads: int, hidden: int, memory=None, causal: bool = False, mask=None, memory_mask=None,
    dropout: float = 0.0, before: bool = True,
):  # fmt: skip
    """One block: attention (then attention to ``memory``, where there is one), then a small network at each place.

    Args:
        x: (batch, length, width) symbolic tensor; width a multiple of heads.
        heads: of the attention.
        hidden: units of the small network.
        memory: (batch, places, width) what a decoder looks at, or None.
        causal: whether a place sees only itself and what came before.
        mask, memory_mask: (batch, 1, length or places) boolean: what may be looked at.
        dropout: 0 to below 1, on what each part adds.
        before: layer normalisation before each part (True) or after its sum (False, as in 2017).
    Returns: a tensor of x's shape.
    Raises: CourseError where width is no multiple of heads. Derived in stage 10, section 3.
    """
    width = x.shape[-1]
    if width % heads:
        raise CourseError(f"the width, {width}, must be a multiple of the number of heads, {heads}")

    def attend(queries, values, mask, causal=False):
        layer = layers.MultiHeadAttention(heads, width // heads, use_bias=False)
        return layer(queries, values, attention_mask=mask, use_causal_mask=causal)

    def network(x):
        return layers.Dense(width)(layers.Dense(hidden, activation="relu")(x))

    def add(x, part):
        norm = layers.LayerNormalization(epsilon=1e-5)
        if before:
            return layers.Add()([x, layers.Dropout(dropout)(part(norm(x)))])
        return norm(layers.Add()([x, layers.Dropout(dropout)(part(x))]))

    x = add(x, lambda x: attend(x, x, mask, causal))
    if memory is not None:
        x = add(x, lambda x: attend(x, memory, memory_mask))
    return add(x, network)


def encoder_decoder(
    vocabulary: int, context: int, reply: int, width: int = 64, heads: int = 4, depth: int = 1,
    source: int | None = None, dropout: float = 0.0,
) -> keras.Model:  # fmt: skip
    """The Transformer of 2017 in small, for what was said before → reply: (batch, context) and (batch, reply) → logits.

    Args:
        vocabulary: number of tokens; 0 is padding.
        context, reply: lengths.
        width, heads, depth: of encoder and decoder, ``depth`` blocks each.
        source: number of tokens of what is read, where that is another language. The written language's table of embeddings
            is then used for the output as well, as in the paper (Press and Wolf, 2017).
        dropout: 0 to below 1, on the embeddings and on what each part of a block adds.
    Returns: an uncompiled model with the output (batch, reply, vocabulary).
    """
    said, begun = keras.Input((context,), dtype="int32"), keras.Input((reply,), dtype="int32")
    embed = layers.Embedding(vocabulary, width) if source is None else layers.ReversibleEmbedding(vocabulary, width)
    embed_said = embed if source is None else layers.Embedding(source, width)
    seen = not_padding(said)
    memory = layers.Dropout(dropout)(Positions()(embed_said(said)))
    for _ in range(depth):
        memory = block(memory, heads, 4 * width, mask=seen, dropout=dropout)
    memory = layers.LayerNormalization(epsilon=1e-5)(memory)
    x = layers.Dropout(dropout)(Positions()(embed(begun)))
    for _ in range(depth):
        x = block(x, heads, 4 * width, memory=memory, memory_mask=seen, causal=True, dropout=dropout)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    logits = layers.Dense(vocabulary, use_bias=False)(x) if source is None else embed(x, reverse=True)
    return keras.Model([said, begun], logits, name="encoder_decoder")
