"""Runs a user's train function, in the user's own interpreter: numpy, and pandas for tables.

python run_user.py task.json task.npz out.npz

Started by `truthserum.audit.doors.by_function`, which says what the files hold. Nothing of this
project is imported, so that any environment will do. Written are answers, never weights or data.
"""

import argparse
import importlib
import json
import os
import random
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

OWN = frozenset(sys.modules)  # what the interpreter loads by itself

try:
    import numpy as np
except ImportError:
    sys.exit(f"python: found {sys.executable} without numpy, allowed is one with numpy")

Task = Any  # no dict[str, Any], which a user's older interpreter cannot evaluate


def records(task: Task) -> Any:
    """What training is given of all records: a table, an array or a list; and the labels."""
    if task["kind"] == "folder":
        return task["paths"], None
    if task["kind"] == "arrays":
        with np.load(task["file"], allow_pickle=False) as file:
            return file["x"], file["y"]
    try:
        import pandas as pd
    except ImportError:
        sys.exit(f"python: found {sys.executable} without pandas, which tables need")
    if task["file"].lower().endswith(".parquet"):
        table = pd.read_parquet(task["file"])
    else:  # as `audit.data.tables` does
        table = pd.read_csv(task["file"], low_memory=False, index_col=False)
    named = {str(name): name for name in table}  # of which in parquet some may be numbers
    hidden = [named[name] for name in task["hidden"]]
    return table.drop(columns=hidden), table[named[task["label"]]].to_numpy()


def taken(x: Any, rows: Any) -> Any:
    """Some of the records, as the same kind of thing."""
    if isinstance(x, list):
        return [x[row] for row in rows]
    if hasattr(x, "iloc"):
        return x.iloc[rows].reset_index(drop=True)
    return x[rows]


def asking(x: Any, arrays: Any, lent: Any) -> Any:
    """The records asked about; of a table, with a column as other rows have it, if one is named."""
    asked = taken(x, arrays["asked"])
    if lent is not None:
        (own,) = (name for name in x if str(name) == lent)
        asked[own] = taken(x[[own]], arrays["lent"])[own]
    return asked


def function_of(task: Task) -> Any:
    """The user's function, found where the user says; its folder is searched first."""
    if not getattr(sys.flags, "safe_path", False):  # which leaves it out; older Pythons have none
        del sys.path[0]  # the folder of this file, whose modules are none of the user's
    sys.path.insert(0, task["path"])
    os.chdir(task["path"])
    first = task["module"].partition(".")[0]
    if first in sys.modules:  # and Python would give that one
        sys.exit(
            f"function: found the module {first}, whose name Python, numpy or pandas has for one "
            "of its own, allowed are other names"
        )
    module = importlib.import_module(task["module"])
    function = getattr(module, task["function"], None)
    if not callable(function):
        defined = [name for name in vars(module) if not name.startswith("_")]
        names = ", ".join(name for name in defined if callable(getattr(module, name)))
        sys.exit(
            f"function: found no {task['function']} in {task['module']}, which defines "
            f"{names or 'no function'}"
        )
    return function


def check_order(answer: Any, classes: Any) -> None:
    """End the program where a table of answers says itself that it is in another order.

    Its rows, or its columns, are then numbered as those asked for, but not one after the other, or
    its columns have the names of the classes, but not in their order.
    """
    for what, known in (("index", []), ("columns", classes)):
        names: Any = getattr(answer, what, None)  # of a list a method, of pandas an index
        told = names.tolist() if hasattr(names, "tolist") else []
        counted = list(range(len(told)))
        for order in (counted, list(map(str, counted)), known):
            if told != order and len(told) == len(order) and set(told) == set(order):
                start = ", ".join(map(str, told[:3]))
                sys.exit(
                    f"function: found that predict returned a table whose {what} begins with "
                    f"{start}, allowed is the order of what was asked, and of the classes"
                )


def numbers(answer: Any) -> Any:
    """An answer as an array; what no array of numbers or text can hold ends the program."""
    if isinstance(answer, np.ma.MaskedArray):  # whose mask an array does not have
        answer = np.ma.filled(answer.astype(float), np.nan)
    try:
        array = np.asarray(answer)
        array = array.astype(float) if array.dtype == object else array
    except (TypeError, ValueError):
        array = None
    if array is None or array.ndim == 0:
        sys.exit(
            f"function: found that predict returned {type(answer).__name__}, allowed is an "
            "array of numbers"
        )
    return array


def aligned(answer: Any, predict: Any, task: Task) -> Any:
    """Answers with a column for each class, in order; zeros for those the model has never seen."""
    check_order(answer, task["classes"])
    answer = numbers(answer)
    known = np.asarray(getattr(getattr(predict, "__self__", None), "classes_", []))
    classes = np.arange(len(task["classes"]))
    ours = len(known) and known.dtype.kind in "biuf" and np.isin(known, classes).all()
    if not ours or task["output"] != "probabilities" or answer.shape[1:] != known.shape:
        return answer
    whole = np.zeros((len(answer), len(classes)))
    whole[:, known.astype(int)] = answer
    return whole


def loaded() -> Any:
    """Files of the modules that training loaded, by their names; nothing more is imported."""
    files = {
        name: getattr(module, "__dict__", {}).get("__file__")
        for name, module in sys.modules.copy().items()
        if name not in OWN and "." not in name
    }
    return {name: file for name, file in files.items() if isinstance(file, str)}


def without_ours(kind: Any, error: Any, trace: Any) -> None:
    """Show a traceback from where the user's code begins."""
    ours = __file__, importlib.__file__
    while trace and (
        trace.tb_frame.f_code.co_filename in ours
        or trace.tb_frame.f_code.co_filename.startswith("<frozen importlib")
    ):
        trace = trace.tb_next
    traceback.print_exception(kind, error, trace)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("task", "arrays", "out"):
        arguments.add_argument(name, type=lambda path: Path(path).absolute())
    said = arguments.parse_args()
    sys.excepthook = without_ours
    task = json.loads(said.task.read_text("utf-8"))
    with np.load(said.arrays, allow_pickle=False) as file:
        arrays = dict(file)
    x, told = records(task)
    signal = task["output"] == "signal"
    y = told if signal and told is not None else arrays["codes"]
    train, seed = function_of(task), task["seed"]
    start = time.perf_counter()
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - what scikit-learn draws from by itself
    asked = asking(x, arrays, task["lent"])  # before training, as users may change what they get
    predict = train(taken(x, arrays["rows"]), y[arrays["labels"]], seed, **task["options"])
    if not callable(predict):
        sys.exit(
            f"function: found that it returned {type(predict).__name__}, allowed is a function "
            "such as model.predict_proba"
        )
    answer = predict(asked, y[arrays["asked"]]) if signal else predict(asked)
    found = {"answer": aligned(answer, predict, task), "seconds": time.perf_counter() - start}
    about = json.dumps({"python": sys.version.split()[0], "modules": loaded()})
    np.savez(said.out, about=np.array(about), **found)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # which training may have closed
            stream.flush()
    os._exit(0)  # without waiting for threads that were left behind


if __name__ == "__main__":
    main()
