"""What gunicorn serves to the browser: the app as it is, at one moment, with what a test has to provoke.

It differs from wsgi.py in two things alone: the clock stands still, so that pages and pictures are the same each time;
and two addresses are added, one that fails and one with every kind of chart.
"""

from __future__ import annotations

import time_machine
from flask import Flask, render_template_string

from survey_app import create_app
from survey_app.charts import BarChart, view
from survey_app.settings import load_settings
from survey_app.web.access import public
from tests.browser.moment import MOMENT
from tests.charts.cast import CHANNELS, CONTROL, FUNNEL, SERVICES, YEAR

BARS = BarChart(key="bars", title="Bars", sentence="s", points=SERVICES.points, target=SERVICES.target)
CHARTS = """<!doctype html><html lang="en"><title>Charts</title>
{% from "components/chart.html" import chart, chart_scripts %}
<link rel="stylesheet" href="/static/css/staff.css">{{ chart_scripts() }}
<main><h1>Charts</h1>{% for each in views %}{{ chart(each) }}{% endfor %}</main>"""


def served() -> Flask:
    """The app of INSTANCE_PATH."""
    app = create_app(load_settings())

    @app.get("/test/failure")
    @public
    def failure() -> str:
        raise RuntimeError("a test asked for it")

    @app.get("/test/charts")
    @public
    def charts() -> str:
        views = [view(each) for each in (YEAR, SERVICES, BARS, CHANNELS, CONTROL, FUNNEL)]
        return render_template_string(CHARTS, views=views)

    return app


time_machine.travel(MOMENT, tick=False).start()
app = served()
