import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream";
import zlib from "node:zlib";

/** Of the HTTP interface itself; every other URL parameter is a setting of the query. */
const INTERFACE_PARAMETERS = new Set([
  ...["query", "query_id", "database", "default_format", "user", "password", "quota_key", "stacktrace"],
  ...["wait_end_of_query", "buffer_size", "compress", "decompress", "close_session", "session_timeout"],
  ...["session_check", "send_progress_in_http_headers", "http_headers_progress_interval_ms", "enable_http_compression"],
]);

/** What can be asked of a server but not of this one: better refused than silently ignored. */
const UNSUPPORTED_PARAMETERS = ["session_id", "role"];

const DECODERS = {
  gzip: zlib.createGunzip,
  "x-gzip": zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  zstd: zlib.createZstdDecompress,
};

export class BadRequest extends Error {
  /** @param {number} code ClickHouse's number of the exception */
  constructor(message, code) {
    super(`Code: ${code}. DB::Exception: ${message}`);
  }
}

/**
 * Reads what a client of ClickHouse's HTTP interface asks for: the query in the URL, in the body, or begun in the one
 * and continued (with the data of an INSERT) in the other; parameters in the URL or in a multipart form.
 */
export async function readStatement(request) {
  const url = new URL(request.url, "http://localhost");
  for (const name of UNSUPPORTED_PARAMETERS) {
    if (url.searchParams.has(name)) throw new BadRequest(`\`${name}\` is not supported here (NOT_IMPLEMENTED)`, 48);
  }
  const body = await buffer(decoded(request));
  const form = /^multipart\/form-data/i.test(request.headers["content-type"] ?? "")
    ? await new Response(body, { headers: { "content-type": request.headers["content-type"] } }).formData()
    : undefined;
  const fields = [...url.searchParams, ...(form ?? [])];
  const queryInUrl = url.searchParams.get("query") ?? "";
  const query = form ? queryInUrl + (form.get("query") ?? "") : queryInUrl;
  const payload = form ? Buffer.alloc(0) : body;
  return {
    ...(query.trim() === "" ? { query: payload.toString("utf8"), payload: Buffer.alloc(0) } : { query, payload }),
    queryId: url.searchParams.get("query_id") ?? crypto.randomUUID(),
    database: url.searchParams.get("database") ?? request.headers["x-clickhouse-database"],
    format: url.searchParams.get("default_format") ?? request.headers["x-clickhouse-format"] ?? "TabSeparated",
    compress: url.searchParams.get("enable_http_compression") === "1",
    params: Object.fromEntries(
      fields.filter(([name]) => name.startsWith("param_")).map(([name, value]) => [name.slice("param_".length), value]),
    ),
    settings: settingsOf(url.searchParams, request.method),
  };
}

function settingsOf(searchParams, method) {
  const settings = [...searchParams].filter(([name]) => !INTERFACE_PARAMETERS.has(name) && !name.startsWith("param_"));
  // A GET must not change anything. Last, because settings that come after it could be refused.
  if (method === "GET") settings.push(["readonly", "2"]);
  return settings;
}

function decoded(request) {
  const encoding = request.headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (encoding === "identity") return request;
  const decoder = DECODERS[encoding];
  if (!decoder) throw new BadRequest(`unknown compression method \`${encoding}\` (UNKNOWN_COMPRESSION_METHOD)`, 89);
  return pipeline(request, decoder(), () => undefined);
}
