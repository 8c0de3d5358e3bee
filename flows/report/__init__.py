"""The report: one HTML file per snapshot that opens from disk, in German and English, without a network.

``figures`` reads the snapshot into plain records, ``charts`` draws them as SVG, ``page`` sets them in ``report.html``.
"""

from flows.report.operations import read_operations
from flows.report.page import write_report

__all__ = ["read_operations", "write_report"]
