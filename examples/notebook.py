"""Who speaks about which platform: a notebook on a published snapshot.

    marimo edit examples/notebook.py        # in the browser, cell by cell
    marimo run examples/notebook.py         # as a small dashboard, without code
    python examples/notebook.py             # as a script

It reads ``data/snapshots``; another folder is named by PRESSLAKE_SNAPSHOTS.
"""

import marimo

app = marimo.App(width="medium", app_title="Press coverage of social platforms")


@app.cell
def _():
    import json
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo

    root = Path(os.environ.get("PRESSLAKE_SNAPSHOTS", "data/snapshots"))
    folder = root / json.loads((root / "latest.json").read_text(encoding="utf-8"))["path"]
    con = duckdb.connect()
    con.execute("SET VARIABLE presslake_snapshot = ?", [str(folder)])
    _ = con.execute((folder / "views.sql").read_text(encoding="utf-8"))
    return con, folder, mo


@app.cell
def _(con, folder, mo):
    articles, claims, outlets = con.execute("SELECT count(DISTINCT article_id), count(*), count(DISTINCT outlet) FROM v_claims").fetchone()
    mo.md(f"# Press coverage of social platforms\n\n{claims} claims in {articles} articles of {outlets} outlets, from snapshot `{folder.name}`.")
    return


@app.cell
def _(con, mo):
    voices = con.execute(
        "SELECT speaker, count(*) AS claims, count(DISTINCT outlet) AS outlets FROM v_claims "
        "WHERE speaker IS NOT NULL GROUP BY speaker ORDER BY claims DESC, speaker LIMIT 10"
    ).fetchall()
    mo.vstack([mo.md("## Who is heard most"), mo.ui.table([{"speaker": s, "claims": c, "outlets": o} for s, c, o in voices], selection=None)])
    return (voices,)


@app.cell
def _(con, mo):
    platforms = con.execute(
        "SELECT platform, count(DISTINCT article_id) AS articles FROM v_articles, unnest(platforms) AS t(platform) "
        "GROUP BY platform ORDER BY articles DESC, platform"
    ).fetchall()
    mo.vstack([mo.md("## Platforms"), mo.ui.table([{"platform": p, "articles": n} for p, n in platforms], selection=None)])
    return (platforms,)


@app.cell
def _(con, mo):
    newest = con.execute(
        "SELECT published_on, outlet, speaker, text FROM v_claims WHERE speaker IS NOT NULL ORDER BY published_at DESC, char_start LIMIT 20"
    ).fetchall()
    mo.vstack(
        [mo.md("## Newest claims"), mo.ui.table([{"day": str(d), "outlet": o, "speaker": s, "claim": t} for d, o, s, t in newest], selection=None)]
    )
    return (newest,)


if __name__ == "__main__":
    app.run()
