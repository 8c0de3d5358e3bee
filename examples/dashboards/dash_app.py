"""A dashboard in Dash (plotly): python examples/dashboards/dash_app.py, then http://127.0.0.1:8050/

It reads ``data/snapshots``; another folder is named by PRESSLAKE_SNAPSHOTS.
"""

import json
import os
from pathlib import Path

import duckdb
from dash import Dash, Input, Output, dash_table, dcc, html

ROOT = Path(os.environ.get("PRESSLAKE_SNAPSHOTS", "data/snapshots"))


def ask(sql: str, *values: str) -> list[dict]:
    """Rows of a query on the views of the current snapshot."""
    folder = ROOT / json.loads((ROOT / "latest.json").read_text(encoding="utf-8"))["path"]
    con = duckdb.connect()
    con.execute("SET VARIABLE presslake_snapshot = ?", [str(folder)])
    con.execute((folder / "views.sql").read_text(encoding="utf-8"))
    return con.execute(sql, list(values)).df().to_dict("records")


app = Dash(title="Press coverage of social platforms")
app.css.config.serve_locally = app.scripts.config.serve_locally = True
app.layout = html.Main(
    [
        html.H1("Press coverage of social platforms"),
        dcc.Dropdown(
            [r["platform"] for r in ask("SELECT DISTINCT unnest(platforms) AS platform FROM v_articles ORDER BY 1")],
            id="platform",
            placeholder="Platform",
        ),
        dcc.Graph(id="voices"),
        dash_table.DataTable(id="claims", style_cell={"textAlign": "left", "whiteSpace": "normal", "fontFamily": "system-ui"}, page_size=15),
    ],
    style={"fontFamily": "system-ui", "maxWidth": "70rem", "margin": "auto"},
)


@app.callback(Output("voices", "figure"), Output("claims", "data"), Input("platform", "value"))
def show(platform: str | None) -> tuple[dict, list[dict]]:
    """Speakers and claims about the platform chosen, or about all."""
    narrow, values = ("WHERE list_contains(platforms, ?)", (platform,)) if platform else ("", ())
    voices = ask(
        f"SELECT speaker, count(*) AS claims FROM (FROM v_claims {narrow}) WHERE speaker IS NOT NULL GROUP BY ALL ORDER BY claims DESC LIMIT 10",
        *values,
    )
    bars = {"type": "bar", "orientation": "h", "y": [v["speaker"] for v in voices][::-1], "x": [v["claims"] for v in voices][::-1]}
    figure = {"data": [bars], "layout": {"title": {"text": "Who is heard most"}, "margin": {"l": 160}}}
    return figure, ask(
        f"SELECT published_on::VARCHAR AS day, outlet, speaker, text FROM v_claims {narrow} ORDER BY published_at DESC LIMIT 200", *values
    )


if __name__ == "__main__":
    app.run(port=8050)
