"use strict";
// Reading: Parquet files from beside the page, or from a folder the reader chose, as plain columns.
const data = (() => {
  /** Byte ranges of a file beside the page; a server without ranges sends it whole, once. */
  const remote = async (path) => {
    const url = new URL(path, location.href);
    const head = await fetch(url, { method: "HEAD" });
    if (!head.ok) throw new Error(`${path}: HTTP ${head.status}`);
    const byteLength = Number(head.headers.get("content-length"));
    let whole = null;
    const slice = async (start, end = byteLength) => {
      if (whole) return whole.slice(start, end);
      const response = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } });
      if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
      const buffer = await response.arrayBuffer();
      if (response.status === 206) return buffer;
      whole = buffer;
      return whole.slice(start, end);
    };
    return { byteLength, slice };
  };

  const local = (file) => ({ byteLength: file.size, slice: (start, end = file.size) => file.slice(start, end).arrayBuffer() });

  const namesOf = (manifest, table) => {
    const files = manifest.tables?.[table]?.files;
    if (!Array.isArray(files)) return [`${table}/part-0.parquet`];
    return files.map((f) => (typeof f === "string" ? f : f.path ?? f.name ?? f.file)).map((f) => (f.includes("/") ? f : `${table}/${f}`));
  };

  /** A snapshot beside the page: {manifest, files(table)}. */
  const beside = async () => {
    const response = await fetch("manifest.json");
    if (!response.ok) throw new Error(`manifest.json: HTTP ${response.status}`);
    const manifest = await response.json();
    return { manifest, files: (table) => Promise.all(namesOf(manifest, table).map(remote)) };
  };

  /** A snapshot in a folder the reader chose. */
  const chosen = async (list) => {
    const all = [...list].map((file) => ({ file, path: (file.webkitRelativePath || file.name).split("/").slice(1).join("/") }));
    const found = all.find((f) => f.path === "manifest.json");
    if (!found) throw new Error("manifest.json");
    const manifest = JSON.parse(await found.file.text());
    const files = async (table) => all.filter((f) => f.path.startsWith(table + "/") && f.path.endsWith(".parquet")).sort((a, b) => (a.path < b.path ? -1 : 1)).map((f) => local(f.file));
    return { manifest, files };
  };

  /** A table whose columns are read when they are asked for. */
  const table = async (snapshot, name) => {
    const parts = [];
    let rows = 0;
    for (const file of await snapshot.files(name)) {
      const metadata = await parquet.metadata(file);
      parts.push({ file, metadata, first: rows });
      rows += Number(metadata.num_rows);
    }
    const column = async (columnName, each) => {
      const out = each ? null : new Array(rows);
      for (const { file, metadata, first } of parts) {
        const onChunk = ({ columnData, rowStart }) => {
          for (let i = 0; i < columnData.length; i++) {
            if (each) each(columnData[i], first + rowStart + i);
            else out[first + rowStart + i] = columnData[i];
          }
        };
        await parquet.read({ file, metadata, columns: [columnName], onChunk });
      }
      return out;
    };
    /** The values of one column in some rows. */
    const cells = async (columnName, wanted) => {
      const out = new Map();
      for (const row of wanted) {
        const part = parts.findLast((p) => p.first <= row);
        const rowStart = row - part.first;
        await parquet.read({ file: part.file, metadata: part.metadata, columns: [columnName], rowStart, rowEnd: rowStart + 1, useOffsetIndex: true, onComplete: ([values]) => out.set(row, values[0]) });
      }
      return out;
    };
    return { rows, column, cells };
  };

  return { beside, chosen, table };
})();
