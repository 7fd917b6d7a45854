"""Several replicas that do the same thing in the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread


def all_at_once(work: Callable[[], object], replicas: int = 4) -> None:
    gate = Barrier(replicas)

    def replica() -> None:
        gate.wait(10)
        work()

    threads = [Thread(target=replica) for _ in range(replicas)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
