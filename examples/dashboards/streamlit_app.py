"""A dashboard in Streamlit: streamlit run examples/dashboards/streamlit_app.py

It reads ``data/snapshots`` (or PRESSLAKE_SNAPSHOTS) and looks for a new snapshot every minute.
"""

import json
import os
from pathlib import Path

import duckdb
import streamlit as st

ROOT = Path(os.environ.get("PRESSLAKE_SNAPSHOTS", "data/snapshots"))


@st.cache_data(ttl=60)
def current() -> str:
    """The folder of the snapshot that the pointer names now."""
    return str(ROOT / json.loads((ROOT / "latest.json").read_text(encoding="utf-8"))["path"])


@st.cache_data
def ask(folder: str, sql: str, values: tuple = ()):
    """Rows of a query on the views of one snapshot; a snapshot never changes, so they may be kept."""
    con = duckdb.connect()
    con.execute("SET VARIABLE presslake_snapshot = ?", [folder])
    con.execute(Path(folder, "views.sql").read_text(encoding="utf-8"))
    return con.execute(sql, list(values)).df()


st.set_page_config(page_title="Press coverage of social platforms", layout="wide")
snapshot = current()
st.title("Press coverage of social platforms")
st.caption(f"Snapshot {Path(snapshot).name}")
platforms = ask(snapshot, "SELECT DISTINCT unnest(platforms) AS platform FROM v_articles ORDER BY 1")["platform"].tolist()
platform = st.sidebar.selectbox("Platform", ["all", *platforms])
narrow = "" if platform == "all" else "WHERE list_contains(platforms, ?)"
values = () if platform == "all" else (platform,)
left, right = st.columns(2)
left.subheader("Articles per day")
left.bar_chart(
    ask(snapshot, f"SELECT published_on AS day, count(*) AS articles FROM v_articles {narrow} GROUP BY day ORDER BY day", values),
    x="day",
    y="articles",
)
right.subheader("Who is heard most")
right.bar_chart(
    ask(
        snapshot,
        f"SELECT speaker, count(*) AS claims FROM (FROM v_claims {narrow}) WHERE speaker IS NOT NULL GROUP BY ALL ORDER BY claims DESC LIMIT 10",
        values,
    ),
    x="speaker",
    y="claims",
    horizontal=True,
)
st.subheader("Newest claims")
st.dataframe(
    ask(snapshot, f"SELECT published_on, outlet, speaker, text, url FROM v_claims {narrow} ORDER BY published_at DESC LIMIT 200", values),
    hide_index=True,
)
