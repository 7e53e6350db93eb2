import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
// The addon itself rather than chdb's Session: that one escapes parameter values again, but over HTTP they arrive
// escaped already, and no value passed through it would reach the engine as it came. The package exports no path to it.
function loadAddon() {
  try {
    return require(path.join(path.dirname(require.resolve("chdb/package.json")), "dist", "loader.js")).loadNative();
  } catch (cause) {
    throw Object.assign(new Error(cause.message, { cause }), { code: "ENGINE_MISSING" });
  }
}

let native;

const NO_DATA_TO_INSERT = 108;
const DEFAULT_DATABASE = "default";

/**
 * @typedef {object} Statement
 * @property {string} query
 * @property {Buffer} payload  data that follows the query, as in `INSERT … FORMAT JSONEachRow`; may be empty
 * @property {Record<string, string>} params  values of `{name:Type}`, escaped as ClickHouse's HTTP interface expects
 * @property {[string, string][]} settings
 * @property {string | undefined} database
 * @property {string} format  of the result when the query names none
 */

/** ClickHouse's engine on one data directory; a process can hold only one. */
export class Engine {
  #dir;
  #holder;
  #parameterised = Promise.resolve();

  constructor(dir) {
    native ??= loadAddon();
    this.#dir = path.resolve(dir);
    // Keeps the engine open between statements.
    this.#holder = native.CreateConnection(this.#dir);
  }

  /**
   * Runs one statement on a connection of its own (0.2 ms), so that SET, USE and temporary tables of one request are
   * unknown to the next, as they are on a server.
   * @param {Statement} statement
   */
  async run(statement) {
    const connection = native.CreateConnection(this.#dir);
    try {
      const { database, settings } = statement;
      if (database && database !== DEFAULT_DATABASE) await execute(connection, `USE ${identifier(database)}`);
      if (settings.length > 0) {
        await execute(connection, `SET ${settings.map(([name, value]) => `${identifier(name)} = ${literal(value)}`)}`);
      }
      return await this.#runOn(connection, statement);
    } finally {
      native.CloseConnection(connection);
    }
  }

  /** Waits for nothing: callers end their statements first. */
  close() {
    native.CloseConnection(this.#holder);
  }

  async #runOn(connection, { query, payload, params, format }) {
    const hasParams = Object.keys(params).length > 0;
    if (isInsert(query) && !hasParams && payload.length > 0) {
      // The payload is parsed by the engine where it lies; binary formats pass unharmed.
      const written = await native.InsertRawAsyncConnection(connection, query, payload, false);
      return { ...written, bytes: Buffer.alloc(0) };
    }
    const text = payload.length > 0 ? `${query}\n${payload.toString("utf8")}` : query;
    const start = () => native.QueryAsyncConnection(connection, text, format, ...(hasParams ? [params] : []));
    try {
      return await (hasParams ? this.#oneAtATime(start) : start());
    } catch (error) {
      // A server takes an INSERT without a single row as done.
      if (isInsert(query) && exceptionCode(error) === NO_DATA_TO_INSERT) return { bytes: Buffer.alloc(0) };
      throw error;
    }
  }

  /** Two parameterised statements at once overwrite each other's values inside the library, on any connections. */
  #oneAtATime(start) {
    const run = this.#parameterised.then(start);
    this.#parameterised = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }
}

/** ClickHouse's number of an exception, undefined for an error that is not the engine's. */
export function exceptionCode(error) {
  const code = /^Code:\s*(\d+)\b/.exec(String(error?.message))?.[1];
  return code === undefined ? undefined : Number(code);
}

const execute = (connection, sql) => native.QueryAsyncConnection(connection, sql, "Null");

const isInsert = (query) => /^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*insert\b/is.test(query);

const identifier = (name) => `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;

const literal = (value) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
