"""Which part of the curves is seen: all, the newest part, or a part that stands still.

Windows are in steps, whatever unit the axis shows, so that every chart has the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

Window = tuple[float, float]

NARROWEST = 2.0
"""Steps that the finest zoom shows."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """`width` in steps (None: everything). While `follow` holds the window ends at the newest data,
    otherwise at `end`. `rise` moves the view up by parts of its height."""

    width: float | None = None
    end: float = 0.0
    follow: bool = True
    rise: float = 0.0

    def window(self, extent: Window) -> Window | None:
        """The visible steps of data that reaches over `extent`; None shows all of it."""
        if self.width is None:
            return None
        end = extent[1] if self.follow else self.end
        return end - self.width, end

    def scaled(self, factor: float, extent: Window, about: float | None = None) -> Zoom:
        """A window `factor` times as wide: about a step, or without one about its end while it
        follows, about its middle otherwise.

        Zooming out to everything follows again.
        """
        low, high = self.window(extent) or extent
        width = max(NARROWEST, (high - low) * factor)
        if width >= extent[1] - extent[0]:
            return Zoom(rise=self.rise)
        if about is not None:
            share = (about - low) / (high - low) if high > low else 1.0
            still = replace(self, follow=False)
            return still._placed(about + (1 - share) * width, width, extent)
        if self.follow:
            return replace(self, width=width)
        return self._placed((low + high + width) / 2, width, extent)

    def moved(self, by: float, extent: Window) -> Zoom:
        """The window moved by parts of its width; it stands still from then on."""
        window = self.window(extent)
        if window is None:
            return self
        width = window[1] - window[0]
        return replace(self, follow=False)._placed(window[1] + by * width, width, extent)

    def raised(self, by: float) -> Zoom:
        """The view moved up by parts of its height."""
        return replace(self, rise=self.rise + by)

    def toggled(self, extent: Window) -> Zoom:
        """Follow the newest data, or stop where the window is now."""
        if not self.follow:
            whole = self.width is not None and self.width >= extent[1] - extent[0]
            return replace(self, follow=True, width=None if whole else self.width)
        low, high = self.window(extent) or extent
        return replace(self, follow=False, width=max(high - low, NARROWEST), end=high)

    def words(self, live: bool = False) -> str:
        """How the window stands to the data, which may grow (`live`)."""
        state = "live: " if live else ""
        if self.width is None:
            return f"{state}all"
        if self.follow:
            return f"{state}last {self.width:,.0f} steps"
        return f"frozen {max(0.0, self.end - self.width):,.0f}-{self.end:,.0f}"

    def _placed(self, end: float, width: float, extent: Window) -> Zoom:
        held = min(max(end, min(extent[0] + width, extent[1])), extent[1])
        return replace(self, width=width, end=held)
