"""Where units of work run: threads or processes of this machine, or a Dask or Ray cluster. Chosen by ``settings.runner``.

Every runner is an executor of :mod:`concurrent.futures`, so that one loop in :mod:`flows.process` serves them all.
A unit of work names its pages (archive file and offset) and writes its rows; what travels is references and counts.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.abc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Literal

from presslake.errors import ConfigError

_PATIENCE = 30
"""Seconds in which a cluster has to answer."""

Kind = Literal["thread", "process", "dask", "ray"]


@dataclass(frozen=True, slots=True)
class Runner:
    """The choice of the settings."""

    kind: Kind = "process"
    workers: int = 0
    """On this machine; 0: one per core. A cluster with an address has its own."""
    address: str | None = None
    """Of a running cluster; without it one is started on this machine."""
    niceness: int = 0
    """What processes of this machine add to theirs: how far they stand back behind other work."""

    @property
    def slots(self) -> int:
        """Workers on this machine."""
        return self.workers or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Pool:
    """What is open to take work."""

    submit: Callable[..., Future[Any]]
    slots: int
    """Units that run at the same time."""
    lost: tuple[type[BaseException], ...] = ()
    """Raised by a future whose worker died."""
    survives: bool = True
    """Whether the pool goes on after that."""


@contextlib.contextmanager
def open_pool(runner: Runner) -> Iterator[Pool]:
    """Start or reach the workers. Raises ConfigError where the library or the cluster is missing."""
    with _OPENERS[runner.kind](runner) as pool:
        yield pool


@contextlib.contextmanager
def _threads(runner: Runner) -> Iterator[Pool]:
    with ThreadPoolExecutor(runner.slots) as pool:
        yield Pool(pool.submit, runner.slots)


@contextlib.contextmanager
def _processes(runner: Runner) -> Iterator[Pool]:
    # spawn, since threads of the flow engine are running: a fork could inherit a held lock
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=runner.slots, mp_context=context, initializer=_prepare, initargs=(runner.niceness,)) as pool:
        yield Pool(pool.submit, runner.slots, (BrokenProcessPool,), survives=False)


_LOCAL_DASK = {
    # a unit that kills its worker is halved here; a second worker of the same machine would only die of it too
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.profile.enabled": False,
    # Dask has every 64 KB that fall free given back to the system: each page takes them again, for a quarter of its time
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
}


@contextlib.contextmanager
def _dask(runner: Runner) -> Iterator[Pool]:
    try:
        import dask
        from distributed import Client, LocalCluster
        from distributed.scheduler import KilledWorker
    except ImportError as e:
        raise ConfigError("settings.runner is dask, which is not installed: pip install 'presslake[dask]', or choose process") from e
    with contextlib.ExitStack() as stack:
        place: Any = runner.address
        if place is None:
            stack.enter_context(dask.config.set(_LOCAL_DASK))
            place = stack.enter_context(LocalCluster(n_workers=runner.slots, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50))
        try:
            client = stack.enter_context(Client(place, timeout=_PATIENCE, set_as_default=False))
        except (OSError, TimeoutError, ValueError) as e:
            raise ConfigError(f"settings.runner_address: no Dask scheduler answers at {runner.address}; start one with `dask scheduler`") from e
        if runner.address is None:  # workers of a cluster that others use stay as they are
            client.run(_prepare, runner.niceness)
        slots = sum(client.nthreads().values()) or 1  # workers may still be on their way
        yield Pool(client.get_executor(pure=False).submit, slots, (KilledWorker,))


@contextlib.contextmanager
def _ray(runner: Runner) -> Iterator[Pool]:
    try:
        import ray
    except ImportError as e:
        raise ConfigError("settings.runner is ray, which is not installed: pip install 'presslake[ray]', or choose process") from e
    own = not ray.is_initialized()
    if own:
        local = {} if runner.address else {"num_cpus": runner.slots, "include_dashboard": False}
        try:
            ray.init(address=runner.address, log_to_driver=False, logging_level="ERROR", **local)
        except (ConnectionError, ValueError, RuntimeError) as e:
            raise ConfigError(f"settings.runner_address: no Ray cluster answers at {runner.address}; start one with `ray start --head`") from e
    try:
        call = ray.remote(max_retries=0)(_call)
        slots = int(ray.cluster_resources().get("CPU", 1))
        yield Pool(lambda work, task: call.remote(work, task).future(), slots, (ray.exceptions.WorkerCrashedError,))
    finally:
        if own:
            ray.shutdown()


def _call(work: Callable[[Any], Any], task: Any) -> Any:
    return work(task)


_OPENERS: dict[Kind, Callable[[Runner], contextlib.AbstractContextManager[Pool]]] = {
    "thread": _threads,
    "process": _processes,
    "dask": _dask,
    "ray": _ray,
}


class _NoPandas(importlib.abc.MetaPathFinder):
    """Says that pandas is not installed, until something is loaded that cannot do without it."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> None:
        if fullname == "pandas" and "great_expectations" not in sys.modules:
            raise ModuleNotFoundError("pandas is loaded with great_expectations only")


def _prepare(niceness: int) -> None:
    os.nice(niceness)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: every core has its worker already
    without_pandas()
    gc.set_threshold(20_000, 20, 50)  # rows and models are no garbage: looking through them again and again cost a twelfth of the extraction


def without_pandas() -> None:
    """In a process that reads pages, or may find nothing new: pyarrow and DuckDB load pandas before they take a value, only to ask whether it is
    one of its own; that takes longer than reading 20 pages.
    """
    if not any(isinstance(finder, _NoPandas) for finder in sys.meta_path):
        sys.meta_path.insert(0, _NoPandas())
