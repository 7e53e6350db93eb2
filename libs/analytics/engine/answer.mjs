import zlib from "node:zlib";
import { exceptionCode } from "./engine.mjs";

/** The server's own choice of status by exception; what is not listed is 500. */
const STATUS_BY_CODE = new Map([
  // Wrong text, value, parameter or type.
  ...[6, 25, 26, 27, 36, 38, 41, 42, 43, 44, 53, 62, 70, 72, 117, 456, 457].map((code) => [code, 400]),
  // No such function, identifier, type, storage, table, format, database, setting.
  ...[46, 47, 50, 56, 60, 73, 81, 115].map((code) => [code, 404]),
  [48, 501],
  [89, 400],
  [159, 408],
  [164, 403],
  [497, 403],
  [516, 403],
]);

const CONTENT_TYPES = [
  [/^JSON(?!.*EachRow)/, "application/json; charset=UTF-8"],
  [/^JSON.*EachRow|^NDJSON/, "application/x-ndjson; charset=UTF-8"],
  [/^CSV/, "text/csv; charset=UTF-8"],
  [/^(TabSeparated|TSV)/, "text/tab-separated-values; charset=UTF-8"],
  [/^(Pretty|Vertical|Values|Markdown)/, "text/plain; charset=UTF-8"],
];

const ENCODERS = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
};

export function answerResult(request, response, statement, result) {
  const format = /\bformat\s+(\w+)\s*(?:settings\b[^']*)?;?\s*$/i.exec(statement.query)?.[1] ?? statement.format;
  response.setHeader("X-ClickHouse-Query-Id", statement.queryId);
  response.setHeader("X-ClickHouse-Format", format);
  response.setHeader("X-ClickHouse-Timezone", "UTC");
  response.setHeader("X-ClickHouse-Summary", JSON.stringify(summary(result)));
  const type = CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? "application/octet-stream";
  response.setHeader("Content-Type", type);
  const [encoding, encode] = statement.compress ? acceptedEncoding(request) : [];
  if (encode) response.setHeader("Content-Encoding", encoding);
  response.end(encode ? encode(result.bytes) : result.bytes);
}

export function answerException(response, error) {
  // 1002 is UNKNOWN_EXCEPTION: ours rather than the engine's.
  const code = exceptionCode(error) ?? 1002;
  const message = exceptionCode(error) === undefined ? `Code: 1002. DB::Exception: ${error?.message}` : error.message;
  response.statusCode = STATUS_BY_CODE.get(code) ?? 500;
  response.setHeader("X-ClickHouse-Exception-Code", String(code));
  response.setHeader("Content-Type", "text/plain; charset=UTF-8");
  response.end(`${message}\n`);
}

function acceptedEncoding(request) {
  const accepted = String(request.headers["accept-encoding"] ?? "").split(",");
  const names = accepted.map((part) => part.split(";")[0].trim().toLowerCase());
  return Object.entries(ENCODERS).find(([name]) => names.includes(name)) ?? [];
}

function summary({ rowsRead = 0, bytesRead = 0, rowsWritten = 0, bytesWritten = 0, elapsed = 0 }) {
  return {
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: String(rowsWritten),
    written_bytes: String(bytesWritten),
    total_rows_to_read: "0",
    result_rows: String(rowsRead),
    result_bytes: String(bytesRead),
    elapsed_ns: String(Math.round(elapsed * 1e9)),
  };
}
