"""Which part of a session is looked at, and where the cursor stands."""

from dataclasses import dataclass, replace

S = 1_000_000_000
SPANS_S = (2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400)
"""Lengths of a window; 30 s to 5 min are what sleep laboratories look at."""
FIRST_S = 60
MARGIN = 0.1
"""Share of the window that the cursor keeps from its edges."""


@dataclass(frozen=True, slots=True)
class ReviewWindow:
    """A window on a session; all of its methods give another one.

    Parameters
    ----------
    start_ns, end_ns : int
        The session.
    from_ns, span_ns : int
        What is shown of it.
    cursor_ns : int
        Where the cursor stands; always within the window.

    """

    start_ns: int
    end_ns: int
    from_ns: int
    span_ns: int
    cursor_ns: int

    @property
    def to_ns(self) -> int:
        """Where the window ends."""
        return self.from_ns + self.span_ns

    @property
    def length_ns(self) -> int:
        """Length of the session."""
        return max(self.end_ns - self.start_ns, S)

    def move(self, by_ns: int) -> "ReviewWindow":
        """Move the cursor; the window goes along where it must."""
        return _stand(self, self.cursor_ns + by_ns)

    def turn_page(self, n_pages: int) -> "ReviewWindow":
        """Move window and cursor by whole windows."""
        by_ns = n_pages * self.span_ns
        return _stand(replace(self, from_ns=self.from_ns + by_ns), self.cursor_ns + by_ns)

    def jump(self, t_ns: int) -> "ReviewWindow":
        """Put the cursor somewhere; what is out of sight comes to the middle."""
        if not self.from_ns <= t_ns < self.to_ns:
            return _stand(replace(self, from_ns=t_ns - self.span_ns // 2), t_ns)
        return _stand(self, t_ns)

    def zoom(self, steps: int) -> "ReviewWindow":
        """Show less (steps above 0) or more, about the cursor."""
        spans = [one * S for one in SPANS_S if one * S < self.length_ns]
        spans.append(self.length_ns)
        nearest = min(range(len(spans)), key=lambda at: abs(spans[at] - self.span_ns))
        span_ns = spans[min(max(nearest - steps, 0), len(spans) - 1)]
        share = (self.cursor_ns - self.from_ns) / self.span_ns
        from_ns = self.cursor_ns - round(share * span_ns)
        return _stand(replace(self, from_ns=from_ns, span_ns=span_ns), self.cursor_ns)

    def show_all(self) -> "ReviewWindow":
        """Show the whole session; if it is shown already, a minute about the cursor."""
        if self.span_ns != self.length_ns:
            whole = replace(self, from_ns=self.start_ns, span_ns=self.length_ns)
            return _stand(whole, self.cursor_ns)
        span_ns = min(FIRST_S * S, self.length_ns)
        from_ns = self.cursor_ns - span_ns // 2
        return _stand(replace(self, from_ns=from_ns, span_ns=span_ns), self.cursor_ns)


def _stand(window: ReviewWindow, t_ns: int) -> ReviewWindow:
    """Put the cursor at a moment, and the window where the cursor is well within it."""
    cursor_ns = min(max(t_ns, window.start_ns), window.end_ns)
    margin_ns = round(MARGIN * window.span_ns)
    from_ns = min(window.from_ns, cursor_ns - margin_ns)
    from_ns = max(from_ns, cursor_ns + margin_ns - window.span_ns)
    last_ns = max(window.start_ns, window.end_ns - window.span_ns)
    return replace(window, cursor_ns=cursor_ns, from_ns=min(max(from_ns, window.start_ns), last_ns))


def open_window(start_ns: int, end_ns: int) -> ReviewWindow:
    """Return a window on the first minute."""
    length_ns = max(end_ns - start_ns, S)
    return ReviewWindow(start_ns, end_ns, start_ns, min(FIRST_S * S, length_ns), start_ns)
