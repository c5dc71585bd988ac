# %% ex-9-1: forgets the ties to oneself
def normalised_adjacency(adjacency):
    root = np.sqrt(np.maximum(adjacency.sum(axis=1), 1))
    return adjacency / root[:, None] / root[None, :]


# %% ex-9-1: divides by the row's count alone
def normalised_adjacency(adjacency):
    with_self = adjacency + np.eye(len(adjacency))
    return with_self / with_self.sum(axis=1, keepdims=True)


# %% ex-9-1: normalises first and adds the identity afterwards
def normalised_adjacency(adjacency):
    root = np.sqrt(np.maximum(adjacency.sum(axis=1), 1))
    return np.eye(len(adjacency)) + adjacency / root[:, None] / root[None, :]


# %% ex-9-1: writes the ties to oneself into the adjacency that was given
def normalised_adjacency(adjacency):
    np.fill_diagonal(adjacency, 1)
    root = np.sqrt(adjacency.sum(axis=1))
    return adjacency / root[:, None] / root[None, :]


# %% ex-9-2: sends messages one way only
def layer_from_ties(edges, features, kernel):
    nodes = len(features)
    senders = np.concatenate([edges[:, 0], np.arange(nodes)])
    receivers = np.concatenate([edges[:, 1], np.arange(nodes)])
    count = np.bincount(edges.ravel(), minlength=nodes) + 1
    messages = (features @ kernel)[senders] / np.sqrt(count[senders] * count[receivers])[:, None]
    total = np.zeros((nodes, kernel.shape[1]))
    np.add.at(total, receivers, messages)
    return np.maximum(total, 0)


# %% ex-9-2: loses messages that arrive at the same node
def layer_from_ties(edges, features, kernel):
    nodes = len(features)
    senders = np.concatenate([edges[:, 0], edges[:, 1], np.arange(nodes)])
    receivers = np.concatenate([edges[:, 1], edges[:, 0], np.arange(nodes)])
    count = np.bincount(receivers, minlength=nodes)
    total = np.zeros((nodes, kernel.shape[1]))
    total[receivers] += (features @ kernel)[senders] / np.sqrt(count[senders] * count[receivers])[:, None]
    return np.maximum(total, 0)


# %% ex-9-2: applies ReLU to the messages instead of to their sum
def layer_from_ties(edges, features, kernel):
    nodes = len(features)
    senders = np.concatenate([edges[:, 0], edges[:, 1], np.arange(nodes)])
    receivers = np.concatenate([edges[:, 1], edges[:, 0], np.arange(nodes)])
    count = np.bincount(receivers, minlength=nodes)
    messages = np.maximum(features @ kernel, 0)[senders] / np.sqrt(count[senders] * count[receivers])[:, None]
    total = np.zeros((nodes, kernel.shape[1]))
    np.add.at(total, receivers, messages)
    return total


# %% ex-9-3: compares with the old output in the old order (that is invariance)
def is_equivariant(layer, nodes=8, columns=3, trials=5):
    rng = np.random.default_rng(0)
    upper = np.triu(rng.random((nodes, nodes)) < 0.4, 1).astype(float)
    adjacency, features = upper + upper.T, rng.normal(size=(nodes, columns))
    output = np.asarray(layer(features, adjacency))
    for _ in range(trials):
        new = rng.permutation(nodes)
        if not np.allclose(np.asarray(layer(features[new], adjacency[new][:, new])), output):
            return False
    return True


# %% ex-9-3: renumbers the people and not their ties
def is_equivariant(layer, nodes=8, columns=3, trials=5):
    rng = np.random.default_rng(0)
    upper = np.triu(rng.random((nodes, nodes)) < 0.4, 1).astype(float)
    adjacency, features = upper + upper.T, rng.normal(size=(nodes, columns))
    output = np.asarray(layer(features, adjacency))
    for _ in range(trials):
        new = rng.permutation(nodes)
        if not np.allclose(np.asarray(layer(features[new], adjacency)), output[new]):
            return False
    return True


# %% ex-9-3: tests on features and a network that are the same for everybody
def is_equivariant(layer, nodes=8, columns=3, trials=5):
    rng = np.random.default_rng(0)
    adjacency, features = 1.0 - np.eye(nodes), np.ones((nodes, columns))
    output = np.asarray(layer(features, adjacency))
    for _ in range(trials):
        new = rng.permutation(nodes)
        if not np.allclose(np.asarray(layer(features[new], adjacency[new][:, new])), output[new]):
            return False
    return True


# %% ex-9-4: counts shared friends without dividing
def resource_allocation(adjacency, pairs):
    return (adjacency[pairs[:, 0]] * adjacency[pairs[:, 1]]).sum(axis=1)


def auc(tie_scores, other_scores):
    difference = np.asarray(tie_scores)[:, None] - np.asarray(other_scores)[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


# %% ex-9-4: lets draws count nothing
def resource_allocation(adjacency, pairs):
    return (adjacency[pairs[:, 0]] * adjacency[pairs[:, 1]]) @ (1 / np.maximum(adjacency.sum(axis=1), 1))


def auc(tie_scores, other_scores):
    return float((np.asarray(tie_scores)[:, None] > np.asarray(other_scores)[None, :]).mean())


# %% ex-9-4: Adamic–Adar in place of resource allocation
def resource_allocation(adjacency, pairs):
    weight = 1 / np.log(np.maximum(adjacency.sum(axis=1), 2))
    return (adjacency[pairs[:, 0]] * adjacency[pairs[:, 1]]) @ weight


def auc(tie_scores, other_scores):
    difference = np.asarray(tie_scores)[:, None] - np.asarray(other_scores)[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


# %% ex-9-5: forgets the roots of the counts
def energies(adjacency, features, rounds):
    root = np.sqrt(adjacency.sum(axis=1) + 1)
    A_hat = (adjacency + np.eye(len(adjacency))) / root[:, None] / root[None, :]
    found, h = [], features
    for _ in range(rounds + 1):
        difference = h[:, None] - h[None, :]
        found.append(float((adjacency[:, :, None] * difference**2).sum() / 2))
        h = A_hat @ h
    return found


# %% ex-9-5: counts each tie twice
def energies(adjacency, features, rounds):
    root = np.sqrt(adjacency.sum(axis=1) + 1)
    A_hat = (adjacency + np.eye(len(adjacency))) / root[:, None] / root[None, :]
    found, h = [], features
    for _ in range(rounds + 1):
        scaled = h / root[:, None]
        found.append(float((adjacency[:, :, None] * (scaled[:, None] - scaled[None, :]) ** 2).sum()))
        h = A_hat @ h
    return found


# %% ex-9-5: leaves out the energy before the first round
def energies(adjacency, features, rounds):
    root = np.sqrt(adjacency.sum(axis=1) + 1)
    A_hat = (adjacency + np.eye(len(adjacency))) / root[:, None] / root[None, :]
    found, h = [], features
    for _ in range(rounds):
        h = A_hat @ h
        scaled = h / root[:, None]
        found.append(float((adjacency[:, :, None] * (scaled[:, None] - scaled[None, :]) ** 2).sum() / 2))
    return found


# %% ex-9-6: counts friends and oneself among those two ties away
def circles(adjacency, features):
    parts = [features]
    for circle in (adjacency, ((adjacency @ adjacency) > 0).astype(float)):
        parts.append(circle @ features / np.maximum(circle.sum(axis=1, keepdims=True), 1))
    return np.concatenate(parts, axis=1)


# %% ex-9-6: adds up where a mean belongs
def circles(adjacency, features):
    two_away = ((adjacency @ adjacency) > 0) & (adjacency == 0)
    np.fill_diagonal(two_away, False)
    return np.concatenate([features, adjacency @ features, two_away.astype(float) @ features], axis=1)


# %% ex-9-6: weighs people two ties away by the number of ways to them
def circles(adjacency, features):
    two_away = (adjacency @ adjacency) * (adjacency == 0)
    np.fill_diagonal(two_away, 0)
    parts = [features]
    for circle in (adjacency, two_away):
        parts.append(circle @ features / np.maximum(circle.sum(axis=1, keepdims=True), 1))
    return np.concatenate(parts, axis=1)
