"""The arguments of the commands that are about runs: what came of them, and what they can do."""

from __future__ import annotations

from argparse import ArgumentParser

from specc.cli.kinds import checkpoint, path, share

ACTIONS = ("list", "show", "delete")
RUNS_EPILOG = """\
specc runs                    the runs in the folder `runs`
specc runs list FOLDER        those in another folder
specc runs show RUN           what a run was, and what came of it
specc runs show RUN --csv     step, epoch, lr, train.cost, dev.cost, ... of every recorded step
specc runs delete RUN...      delete run directories, after a question
"""
DATA_EPILOG = """\
DATA is read as the spec reads its own data, if it is a file of that kind; else a .csv or
.parquet file by the names of its columns, an .npz file by its arrays `X` and `y`.
"""


def test(command: ArgumentParser) -> None:
    command.add_argument(
        "files", nargs="+", metavar="FILE", help="a spec, or a folder: all `.dl` files below it"
    )
    command.add_argument(
        "--skip-missing", action="store_true", help="pass over specs whose data are not there"
    )
    command.add_argument(
        "--out", metavar="DIR", type=path, help="keep the run directories, in this folder"
    )
    command.add_argument("--json", action="store_true", help="print the results as JSON")


def evaluate(command: ArgumentParser) -> None:
    command.epilog = DATA_EPILOG
    _trained(command)
    command.add_argument(
        "data", nargs="?", metavar="DATA", help="a data file; the sets of the spec if not given"
    )
    command.add_argument(
        "--target", metavar="NAME", type=path, help="what to predict in DATA, if the spec says not"
    )
    bayes(command)
    command.add_argument("--json", action="store_true", help="print the results as JSON")


def predict(command: ArgumentParser) -> None:
    command.epilog = DATA_EPILOG
    _trained(command)
    command.add_argument("data", metavar="DATA", help="a data file; it needs no target")
    command.add_argument(
        "-o", dest="output", metavar="OUT", type=path, help="a .csv or .npy file; else stdout"
    )
    command.add_argument(
        "--probabilities", action="store_true", help="the probability of every class, too"
    )


def runs(command: ArgumentParser) -> None:
    command.epilog = RUNS_EPILOG
    command.add_argument(
        "action",
        nargs="?",
        metavar="ACTION",
        choices=ACTIONS,
        default="list",
        help="list, show or delete; list if not given",
    )
    command.add_argument("runs", nargs="*", metavar="RUN", help="run directories, or a folder")
    command.add_argument("--csv", action="store_true", help="show: one row per recorded step")
    command.add_argument("--json", action="store_true", help="list, show: as JSON")
    command.add_argument("--yes", action="store_true", help="delete: do not ask")


def bayes(command: ArgumentParser) -> None:
    """`--bayes`, of every command that tells bias from variance."""
    command.add_argument(
        "--bayes",
        metavar="SHARE",
        type=share,
        default=0.0,
        help="the error that nobody can avoid, such as 2%%; 0 if not given",
    )


def _trained(command: ArgumentParser) -> None:
    command.add_argument("run", metavar="RUN", help="a run directory, or a checkpoint file")
    command.add_argument(
        "--checkpoint",
        metavar="WHICH",
        type=checkpoint,
        default="best",
        help="best, last, or one such as step-200; best if not given",
    )
