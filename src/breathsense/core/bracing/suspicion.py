"""Evidence that adds up: a sequential test (CUSUM, doi 10.1093/biomet/41.1-2.100)."""

from dataclasses import dataclass


@dataclass(slots=True)
class Suspicion:
    """The sum of the evidence since it last was none, and when that was."""

    total: float = 0.0
    since_ns: int = 0

    def add(self, evidence: float, t_ns: int) -> None:
        """Take the evidence of a frame."""
        if self.total <= 0.0:
            self.since_ns = t_ns
        self.total = max(0.0, self.total + evidence)

    def clear(self) -> None:
        """Forget all of it."""
        self.total = 0.0
