"""The explorer: one HTML file that reads a snapshot's Parquet in the browser, and a server for it on loopback."""

from flows.explorer.page import explorer_html, write_explorer
from flows.explorer.server import serve

__all__ = ["explorer_html", "serve", "write_explorer"]
