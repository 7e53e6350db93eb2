import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from "@clickhouse/client";
import { AppError } from "@leverframe/kernel";
import { insertError, isElsewhere, queryError } from "./clickhouse-errors";
import { EngineProcess } from "./engine-process";

export interface AnalyticsOptions {
  /** ClickHouse server, such as `https://user:password@host:8443`. */
  readonly url?: string;
  /** Or a folder of this machine, served by ClickHouse's engine (npm `chdb`) in a process of its own. */
  readonly path?: string;
  /** Default `leverframe`. */
  readonly database?: string;
  /** Longest wait for one answer. */
  readonly timeoutMs?: number;
}

export type QueryParams = Readonly<Record<string, unknown>>;

/** Numbers that JSON cannot carry exactly arrive as text: 64-bit and larger integers, decimals. */
const EXACT = { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 } as const;

/**
 * An insert is acknowledged when it is stored (no server-side batching: the offset of its record is committed then), and
 * may span months. Names that no column has are an error, not a silent loss.
 */
const INSERT_SETTINGS = {
  async_insert: 0,
  date_time_input_format: "best_effort",
  max_partitions_per_insert_block: "0",
  input_format_skip_unknown_fields: 0,
} as const;

const TIMEOUT_MS = 30_000;
const DATABASE = "leverframe";

/** Opens nothing yet: the first statement does. */
export function openAnalytics(options: AnalyticsOptions): Analytics {
  if ((options.url === undefined) === (options.path === undefined)) {
    throw new AppError("bad_config", "analytics needs either `url` or `path`, expected exactly one");
  }
  return new Analytics(options);
}

/** A database of ClickHouse, wherever it runs. Every statement may be repeated: rows are deduplicated by their key. */
export class Analytics {
  readonly database: string;
  readonly #timeoutMs: number;
  readonly #fixedUrl: string | null;
  readonly #engine: EngineProcess | null;
  readonly #clients = new Map<string, ClickHouseClient>();

  constructor(options: AnalyticsOptions) {
    this.database = options.database ?? DATABASE;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#fixedUrl = options.url ?? null;
    this.#engine = options.path === undefined ? null : new EngineProcess(options.path);
  }

  /** Rows as `JSONEachRow` lines; resolves when they are stored. `unavailable` (try again) or `bad_record`. */
  async insert(table: string, lines: readonly string[]): Promise<void> {
    const query = `INSERT INTO ${identifier(table)} FORMAT JSONEachRow`;
    const body = Buffer.from(lines.join("\n"));
    try {
      await this.#run(async (client) => {
        const { stream } = await client.exec({ query, values: Readable.from([body], { objectMode: false }), clickhouse_settings: INSERT_SETTINGS });
        await drained(stream);
      });
    } catch (thrown) {
      throw insertError(table, thrown);
    }
  }

  /** Result rows by column name; integers of 64 bits and more and decimals are text. */
  async query(sql: string, params: QueryParams = {}): Promise<readonly Record<string, unknown>[]> {
    try {
      return await this.#run(async (client) => {
        const result = await client.query({ query: sql, query_params: { ...params }, format: "JSONEachRow", clickhouse_settings: EXACT });
        return result.json<Record<string, unknown>>();
      });
    } catch (thrown) {
      throw queryError("analytics query failed", thrown);
    }
  }

  /** DDL. `outside` runs it where no database of ours is needed yet. */
  async command(sql: string, options: { readonly outside?: boolean } = {}): Promise<void> {
    try {
      await this.#run((client) => client.command({ query: sql, clickhouse_settings: { wait_end_of_query: 1 } }), options.outside);
    } catch (thrown) {
      throw queryError("analytics command failed", thrown);
    }
  }

  /** Ends an engine that was started from here; waits for nothing else. Any number of calls. */
  async close(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    await Promise.all(clients.map((client) => client.close()));
    await this.#engine?.close();
  }

  /** An engine of this machine may have ended with the process that had started it: look once more, then ask again. */
  async #run<T>(use: (client: ClickHouseClient) => Promise<T>, outside = false): Promise<T> {
    const url = await this.#url();
    try {
      return await use(this.#client(url, outside));
    } catch (thrown) {
      if (this.#engine === null || !isElsewhere(thrown)) throw thrown;
      await this.#engine.lost(url);
    }
    return use(this.#client(await this.#url(), outside));
  }

  #url(): Promise<string> {
    return this.#engine?.url() ?? Promise.resolve(this.#fixedUrl!);
  }

  #client(url: string, outside: boolean): ClickHouseClient {
    const key = `${outside} ${url}`;
    let client = this.#clients.get(key);
    if (!client) {
      client = createClient({
        url,
        ...(outside ? {} : { database: this.database }),
        application: "leverframe",
        request_timeout: this.#timeoutMs,
        log: { level: ClickHouseLogLevel.OFF },
      });
      this.#clients.set(key, client);
    }
    return client;
  }
}

export const identifier = (name: string): string => `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;

/** An answer must be read to its end, or its socket is not used again. */
async function drained(stream: Readable): Promise<void> {
  stream.resume();
  await finished(stream);
}
