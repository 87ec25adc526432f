"""Which questions were worded anew, and may figures before and after be compared?"""

from survey_app.dashboards.wordings.views import init_app

__all__ = ["init_app"]
