// What of the vendored packages the explorer uses. Built into parquet.js by `npm ci && npm run build` in this directory.
import { parquetMetadataAsync, parquetRead } from "hyparquet";
import { decompress } from "fzstd";

const compressors = { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) };
// Microseconds since 1970 stay numbers: half a million Date objects are slow and nobody needs them.
const parsers = { timestampFromMicroseconds: (micros) => (micros == null ? null : Number(micros) / 1000) };
globalThis.parquet = {
  metadata: (file) => parquetMetadataAsync(file),
  read: (options) => parquetRead({ compressors, parsers, ...options }),
};
