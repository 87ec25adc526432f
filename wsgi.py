"""What gunicorn and `flask` load."""

from survey_app import create_app
from survey_app.settings import SettingError

try:
    app = create_app()
except SettingError as error:
    raise SystemExit(str(error)) from None
