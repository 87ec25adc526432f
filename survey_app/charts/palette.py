"""The one visual language of every chart: a colour never stands without a shape or a word."""

from __future__ import annotations

INK = "#0b0c0c"
SECOND = "#505a5f"
BRAND = "#1d3557"
BAND = "#d9e0ea"
TARGET = "#d4351c"
LAST_YEAR = "#8d9499"
GRID = "#dde1e5"
AXIS = "#8d9499"
IMPROVEMENT = "#00699e"
CONCERN = "#e46c0a"
COMMON = "#a6a6a6"
COMMON_EDGE = "#6f777b"
NEUTRAL = "#490092"
NEUTRAL_WASH = "#efe6f7"
INTERVAL = "#c3cfde"
INTERVAL_EDGE = "#7189ab"
WASH = "#f4f6f8"
PAPER = "#ffffff"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'
