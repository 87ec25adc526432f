"""A dataclass in; a Plotly figure, the same data as a table, one sentence and a static picture out."""
