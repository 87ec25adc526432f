"""The public survey page. Opening it changes nothing; a person presses Send."""

from survey_app.responses.views.routes import SENT_FROM_ONE_ADDRESS, init_app, limit_sending, tried_out
from survey_app.responses.views.showing import TRAP
from survey_app.responses.views.taking import TOO_QUICK

__all__ = ["SENT_FROM_ONE_ADDRESS", "TOO_QUICK", "TRAP", "init_app", "limit_sending", "tried_out"]
