# %% ex-8-1: sums without the discount
def returns(rewards, gamma):
    if not 0 <= gamma <= 1:
        raise ValueError("gamma")
    return np.cumsum(np.asarray(rewards, float)[::-1])[::-1]


# %% ex-8-1: discounts the reward of its own step, too
def returns(rewards, gamma):
    if not 0 <= gamma <= 1:
        raise ValueError("gamma")
    result, after = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        after = gamma * (rewards[step] + after)
        result[step] = after
    return result


# %% ex-8-1: keeps the whole numbers of the rewards' type and accepts any gamma
def returns(rewards, gamma):
    result = np.zeros_like(rewards)
    after = 0
    for step in reversed(range(len(rewards))):
        after = rewards[step] + gamma * after
        result[step] = after
    return result


# %% ex-8-2: goes on falling beyond the end
def epsilon_at(step, first, last, over):
    return first + (last - first) * np.asarray(step) / over


# %% ex-8-2: works for one step only
def epsilon_at(step, first, last, over):
    return last if step >= over else first + (last - first) * step / over


# %% ex-8-2: falls by a constant factor and not by a constant amount
def epsilon_at(step, first, last, over):
    return first * (last / first) ** np.minimum(1.0, np.asarray(step) / over)


# %% ex-8-3: forgets the discount
def shaped(world, potential, gamma):
    return world.reward + np.where(world.ended > 0, 0.0, potential[world.next_state]) - potential[:, None]


# %% ex-8-3: gives the state after the end a potential
def shaped(world, potential, gamma):
    return world.reward + gamma * potential[world.next_state] - potential[:, None]


# %% ex-8-3: pays for where one goes and not for the way
def shaped(world, potential, gamma):
    return world.reward + gamma * np.where(world.ended > 0, 0.0, potential[world.next_state])


# %% ex-8-4: expects something after the end
def q_targets(rewards, next_q, terminated, gamma):
    return rewards + gamma * next_q.max(axis=1)


# %% ex-8-4: takes the mean over the actions
def q_targets(rewards, next_q, terminated, gamma):
    return rewards + gamma * np.where(terminated, 0.0, next_q.mean(axis=1))


# %% ex-8-4: loses the reward of the last step
def q_targets(rewards, next_q, terminated, gamma):
    return np.where(terminated, 0.0, rewards + gamma * next_q.max(axis=1))


# %% ex-8-5: reaches back into the game before
def stacks(pictures_kept, first, rows, frames):
    times = np.maximum(rows[:, None] - np.arange(frames)[::-1], 0)
    return np.moveaxis(pictures_kept[times], 1, -1)


# %% ex-8-5: newest picture first
def stacks(pictures_kept, first, rows, frames):
    began = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))[rows]
    times = np.maximum(rows[:, None] - np.arange(frames), began[:, None])
    return np.moveaxis(pictures_kept[times], 1, -1)


# %% ex-8-5: the frames stand before the picture
def stacks(pictures_kept, first, rows, frames):
    began = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))[rows]
    times = np.maximum(rows[:, None] - np.arange(frames)[::-1], began[:, None])
    return pictures_kept[times]


# %% ex-8-6: the chooser judges, too
def double_value(chooser, judge):
    return chooser.max(axis=1)


def bias(true_values, noise, double, seed):
    chooser, judge = true_values + noise * np.random.default_rng(seed).normal(size=(2, 20_000, len(true_values)))
    return (double_value(chooser, judge) if double else chooser.max(axis=1)).mean() - np.max(true_values)


# %% ex-8-6: both judges see the same noise
def double_value(chooser, judge):
    return judge[np.arange(len(judge)), chooser.argmax(axis=1)]


def bias(true_values, noise, double, seed):
    one = true_values + noise * np.random.default_rng(seed).normal(size=(20_000, len(true_values)))
    return (double_value(one, one) if double else one.max(axis=1)).mean() - np.max(true_values)


# %% ex-8-6: compares with the mean action and not with the best
def double_value(chooser, judge):
    return judge[np.arange(len(judge)), chooser.argmax(axis=1)]


def bias(true_values, noise, double, seed):
    chooser, judge = true_values + noise * np.random.default_rng(seed).normal(size=(2, 20_000, len(true_values)))
    return (double_value(chooser, judge) if double else chooser.max(axis=1)).mean() - np.mean(true_values)
