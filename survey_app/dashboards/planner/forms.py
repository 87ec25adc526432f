"""The change that somebody would like to be able to show."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from wtforms import Form, StringField, ValidationError

USUAL = "2"
LEAST, MOST = Decimal("0.1"), Decimal(50)  # points


class WantedForm(Form):  # type: ignore[misc]
    """A change in points of a percent; it stands in the address, since asking changes nothing."""

    change = StringField(default=USUAL)

    def validate_change(self, field: StringField) -> None:
        try:
            points = Decimal((field.data or "").strip())
        except InvalidOperation:
            raise ValidationError("Type a number of points, like 2 or 1.5.") from None
        if not (points.is_finite() and LEAST <= points <= MOST):
            raise ValidationError(f"Choose a change from {LEAST} to {MOST} points.")

    @property
    def wanted(self) -> float:
        """As a share. Of a form that has been validated."""
        return float(Decimal(self.change.data.strip()) / 100)
