"""When a break is due: pure logic, the clock is handed in. Nothing runs when the app does not."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from breathsense.session.settings import ReminderSettings

ASLEEP = timedelta(minutes=10)
"""Nobody has asked for so long: the computer slept, and the person was elsewhere."""


@dataclass(slots=True)
class Reminders:
    """Reminds of a break, some time after the last one.

    Quiet hours count for nothing: the first reminder after them comes a whole interval later. So
    does one after the computer was asleep. Times are local, with their zone.

    Parameters
    ----------
    settings : ReminderSettings
        Whether, how often, and when not.
    since : datetime
        When the last break was, or the app was opened.

    """

    settings: ReminderSettings
    since: datetime
    snoozed_until: datetime | None = None
    asked: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Return whether to remind now; to be asked a few times a minute."""
        asked, self.asked = self.asked, now
        was_asleep = asked is not None and now - asked > ASLEEP
        if was_asleep or self._is_quiet(now):
            self.had_break(now)
        if not self.settings.is_on:
            return False
        if self.snoozed_until is not None:
            return now >= self.snoozed_until
        return now - self.since >= timedelta(minutes=self.settings.every_min)

    def had_break(self, now: datetime) -> None:
        """Begin to count anew: there was a break, or it was reminded of one."""
        self.since, self.snoozed_until = now, None

    def snooze(self, now: datetime) -> datetime:
        """Remind again somewhat later; return when."""
        self.since = now
        self.snoozed_until = now + timedelta(minutes=self.settings.snooze_min)
        return self.snoozed_until

    def _is_quiet(self, now: datetime) -> bool:
        start = time.fromisoformat(self.settings.quiet_from)
        end = time.fromisoformat(self.settings.quiet_until)
        at = now.time()
        if start <= end:
            return start <= at < end
        return at >= start or at < end
