"""The README says of each stage what is so: there or in preparation, its measured cost, its picture."""

import json
import re

import numpy as np
import pytest

from course_utils import shipped
from course_utils.stages import ROOT, STAGES, find
from course_utils.tools.costs import facts, read_costs

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| *(\d+) *\|.*$", README, flags=re.M)}  # number → the whole line


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.slug)
def test_each_stage_has_a_row_that_holds(stage):
    row = ROWS[stage.number]
    assert stage.title in row
    if not stage.exists:
        assert "in preparation" in row
        assert stage.slug not in row
        return
    assert f"](notebooks/{stage.slug}.ipynb)" in row
    seconds, memory = re.search(r"about (\d+ s) of .* memory ([\d.]+ GiB)", facts(read_costs()[stage.slug])).groups()
    assert f"| {seconds}, {memory} |" in row


def test_every_file_the_readme_points_to_is_there():
    targets = re.findall(r"\]\((?!https?://)([^)#]+)\)|src=\"([^\"]+)\"", README)
    assert targets
    missing = [target for pair in targets for target in pair if target and not (ROOT / target).exists()]
    assert missing == []


def test_the_commands_the_readme_gives_exist():
    verbs = set(re.findall(r"-m course_utils ([a-z]+)", README))
    from course_utils.tools.cli import main

    for verb in verbs:
        with pytest.raises(SystemExit) as stopped:
            main([verb, "--help"])
        assert stopped.value.code == 0, verb
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"make ([a-z]+)", README)) - {"it"} <= targets


def test_the_teachers_guide_speaks_of_every_stage_that_is_there():
    guide = (ROOT / "TEACHING.md").read_text(encoding="utf-8")
    from course_utils.tools.exercises import find_exercises, number
    from course_utils.tools.notebooks import read

    for stage in STAGES:
        assert (f"### Stage {stage.number} · {stage.title}" in guide) == stage.exists
        if stage.exists:
            part = guide.split(f"### Stage {stage.number} · ")[1].split("\n## ")[0].split("\n### ")[0]
            known = {number(one.id) for one in find_exercises(read(stage.path))}
            assert set(re.findall(rf"\b{stage.number}\.\d\b", part)) <= known


REAL = {
    line.split("|")[2].split(":")[0].split(",")[0].strip(): line
    for line in (ROOT / "data" / "README.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| stage ")
}  # what stands first in a row of the table of real data → the row


def load(path):
    return json.loads((ROOT / "data" / path).read_text(encoding="utf-8"))


def spans(values):
    return f"{min(values):.2f} to {max(values):.2f}"


def test_the_table_of_real_data_says_what_the_shipped_results_say():
    methods = {"logistic regression": "logistic regression", "boosting": "gradient boosting", "network": "network"}
    for file, words, after in (("all_flights", 4, " ({})"), ("late_flights", 6, "")):
        record = load(f"stage_02/{file}.json")
        for short, name in methods.items():
            loss = np.unique((np.sum(record["losses"][name], axis=-1) / sum(record["flights"])).round(3))
            said = " to ".join(f"{value:.3f}" for value in sorted({loss.min(), loss.max()}))
            assert said + after.format(short) in REAL["All flights from New York in 2013"].split("|")[words]
    for name, runs in load("stage_01/mnist.json")["errors"].items():
        low, high = (100 * bound(runs.values()) for bound in (min, max))
        assert f"{low:.2f} to {high:.2f} % ({name})" in REAL["MNIST"]
    films = load("stage_03/jhmdb.json")["test_accuracy"]
    for name in ("C3D", "one frame"):
        assert spans(films[name].values()) in REAL["JHMDB"]
    photos = load("stage_03/cifar.json")
    rounds = str(sum(photos["rounds_at_rate"].values()))
    for name, errors in photos["test_error"].items():
        assert f"{100 * errors[rounds]:.0f} % ({name})" in REAL["CIFAR-10"]
    crops = load("stage_03/fields.json")["test_accuracy"]
    assert f"accuracy {spans(crops['1-D network'])}; linear {crops['linear'][0]:.2f}" in REAL["crop_sits"]
    scenes = load("stage_03/scenes.json")["confusions"]
    tables = {"ResNet-20": scenes["ResNet-20"]["0"], "colours": scenes["colour histogram, linear"]}
    right = {name: np.trace(table) / np.sum(table) for name, table in tables.items()}
    assert f"accuracy {right['ResNet-20']:.2f}; linear, from counted colours, {right['colours']:.2f}" in REAL["RSSCN7"]
    for name, runs in load("stage_04/blood_cells.json")["results"].items():
        assert f"{spans([run['AP50'] for run in runs.values()])} ({name})" in REAL["BCCD"]
    markets = load("stage_05/forecasts.json")["markets"]["errors"]
    assert f"{spans(markets['shanghai, GRU'])} (Shanghai)" in REAL["S&P 500"]
    assert f"{spans(markets['aapl, GRU'])} (Apple)" in REAL["S&P 500"]
    assert spans(markets["nasdaq, GRU"] + markets["sp500_2000, GRU"]) in REAL["S&P 500"]
    networks = load("stage_09/full_size.json")["test_accuracy"]
    cora = networks["Cora, GCN"]
    assert f"{sum(cora) / 10:.3f} on average, {min(cora):.3f} to {max(cora):.3f}" in REAL["Cora"]
    assert spans(networks["Facebook pages, GCN"]) in REAL["Facebook pages"]
    seen = load("stage_06/photographs.json")["results"]["test"][0]
    said = {name: f"{scores['BLEU-4']:.3f}" for name, scores in seen.items()}
    for words in (
        f"BLEU-4 {said['captioner']};",
        f"caption {said['nearest by the eye']};",
        f"a person {said['a person']} ",
    ):
        assert words in REAL["Flickr8k"]
    clothes = load("stage_07/fashion.json")
    assert f"distance {clothes['runs']['0']['rows'][-1]['fréchet']:.2f} in" in REAL["Fashion-MNIST"]
    for name in ("other real pictures", "normal in PCA space"):
        assert f" {clothes['baselines'][name]['fréchet']:.2f}" in REAL["Fashion-MNIST"]
    photographs = load("stage_07/cifar10.json")
    last = photographs["runs"]["0"]["rows"][-1]
    real, bell = (photographs["baselines"][name] for name in ("other real pictures", "normal in PCA space"))
    assert (
        f"distance {last['fréchet']:.2f} in our judge's features; other real pictures {real['fréchet']:.2f}, a normal "
        f"distribution a kind {bell['fréchet']:.2f}; {100 * last['style']:.0f} % are told as ordered, of real ones "
        f"{100 * real['style']:.0f} %"
    ) in REAL["CIFAR-10 as models of a painter"]
    for file, language in (("real", "English"), ("real_zh", "Chinese")):
        runs = load(f"stage_10/{file}.json")["perplexity"]
        network = [run["Transformer"] for run in runs]
        assert f"{min(network):.0f} to {max(network):.0f} ({language})" in REAL["XDailyDialog"]
        assert f" {runs[0]['n-grams']:.0f}" in REAL["XDailyDialog"].split("wins:")[1]
    pairs = load("stage_10/translation.json")
    assert f"BLEU {pairs['seeds'][0]['Transformer']['BLEU']:.1f};" in REAL["Tatoeba"]
    for name, scores in pairs["baselines"].items():
        assert f"{name} {scores['BLEU']:.1f}" in REAL["Tatoeba"]
    for name, runs in load("stage_10/photographs.json")["accuracy"].items():
        for kind, words in (("as they are", "accuracy"), ("shuffled", "with the patches shuffled")):
            after = REAL["CIFAR-10 as words"].split(words)[1].split(";")[0]
            assert f"{np.mean([run[kind][-1] for run in runs]):.2f} ({name})" in after
    landed = shipped("stage_08/seeds").table.query("game == 'lander'")
    assert f"return {landed.score.min():.0f} to {landed.score.max():.0f} over" in REAL["LunarLander"]
    for returns in load("stage_08/pong.json")["fresh"].values():
        assert f"{sum(returns) / len(returns):.1f}".replace("-", "−") in REAL["Pong"]


def test_the_table_of_real_data_says_how_long_each_training_took():
    films, blood = load("stage_03/jhmdb.json")["cpu_seconds"], load("stage_04/blood_cells.json")["results"]
    seconds = {
        "MNIST": sum(load("stage_01/mnist.json")["cpu_seconds"].values()),
        "All flights from New York in 2013": load("stage_02/all_flights.json")["cpu_seconds"],
        "JHMDB": sum(sum(films[name].values()) for name in ("C3D", "one frame")),
        "CIFAR-10": sum(load("stage_03/cifar.json")["cpu_seconds"].values()),
        "crop_sits": load("stage_03/fields.json")["cpu_seconds"],
        "RSSCN7": load("stage_03/scenes.json")["cpu_seconds"]["0"],
        "BCCD": sum(run["cpu_seconds"] for runs in blood.values() for run in runs.values()),
        "S&P 500": load("stage_05/forecasts.json")["markets"]["cpu_seconds"],
        "Flickr8k": load("stage_06/photographs.json")["cpu_seconds"],
        "Fashion-MNIST": load("stage_07/fashion.json")["runs"]["0"]["cpu_seconds"],
        "CIFAR-10 as models of a painter": load("stage_07/cifar10.json")["runs"]["0"]["cpu_seconds"],
        "LunarLander": shipped("stage_08/seeds").table.query("game == 'lander'").cpu_seconds.sum(),
        "Pong": load("stage_08/pong.json")["curve"][-1]["cpu_seconds"],
        "Cora": load("stage_09/full_size.json")["cpu_seconds"],
        "XDailyDialog": sum(load(f"stage_10/{file}.json")["cpu_seconds"] for file in ("real", "real_zh")),
        "Tatoeba": load("stage_10/translation.json")["cpu_seconds"],
        "CIFAR-10 as words": load("stage_10/photographs.json")["cpu_seconds"],
    }
    for name, spent in seconds.items():
        assert f", {spent / 60:.0f} min" in REAL[name].split("|")[3], name


def test_the_table_of_real_data_says_how_much_memory_each_training_took():
    measured = load("real_memory.json")["trainings"]
    assert set(measured) == set(REAL) - {"Facebook pages"}  # which are measured with Cora
    for name, training in measured.items():
        assert f" min, {training['peak_gib']:.1f} GiB" in REAL[name].split("|")[3], name


def test_the_table_of_real_data_says_what_the_quick_profile_shows_beside_it():
    quick = {name: row.split("|")[6] for name, row in REAL.items()}
    films = load("stage_03/actions.json")["test_accuracy"]
    assert f"{spans(films['C3D'].values())}; from one frame {spans(films['one frame'].values())}" in quick["JHMDB"]
    for name, runs in load("stage_03/degradation.json")["results"].items():
        errors = [100 * run["val_error"][-1] for run in runs]
        assert f"{min(errors):.0f} to {max(errors):.0f} % ({name})" in quick["CIFAR-10"]
    for file, name in (("two_stage", "Faster R-CNN"), ("one_stage", "YOLO")):
        found = [run["scores"]["AP50"] for run in load(f"stage_04/{file}.json")["seeds"].values()]
        assert f"{spans(found)} ({name})" in quick["BCCD"]
    captions = load("stage_06/short_captions.json")["results"]["captions"]
    assert f"{spans([run['test'] for run in captions])} of the captions" in quick["Flickr8k"]
    assert f"{spans(load('stage_07/results.json')['paintings']['style'])} are" in quick["Fashion-MNIST"]
    games = shipped("stage_08/seeds").table
    assert games[games.game == "cartpole"].score.min() == 500
    assert f"{spans(games[games.game == 'catch'].score)} of the balls" in quick["Pong"]
    dialogues = load("stage_10/dialogue.json")["seeds"]
    assert spans([one["Transformer"]["perplexity"] for one in dialogues]) in quick["XDailyDialog"]
    assert f"counting {dialogues[0]['n-grams']['perplexity']:.2f}" in quick["XDailyDialog"]
    for name, runs in load("stage_10/vision.json")["accuracy"].items():
        assert f"{np.mean([run['as they are'][-1] for run in runs]):.2f} ({name})" in quick["CIFAR-10 as words"]
    for number, name, what, bound in (
        (1, "MNIST", "mean difference between the two, fold by fold:", "at most 0.012"),
        (3, "crop_sits", "the same kind of year: accuracy", "at least 0.85"),
        (5, "S&P 500", "squared error, GRU over persistence:", "at most 0.85"),
        (9, "Cora", "members right, of 34, mean of ten seeds:", "at least 32"),
    ):
        text = find(number).path.read_text(encoding="utf-8")
        assert re.search(rf"PASS .*{re.escape(what)} [\d.]+, {re.escape(bound)}", text), what
        assert bound in quick[name]
