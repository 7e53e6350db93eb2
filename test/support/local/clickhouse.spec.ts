import { existsSync } from "node:fs";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ClickHouseError, ClickHouseLogLevel, createClient, type ClickHouseClient } from "@clickhouse/client";
import { startClickHouse, type ClickHouseServer } from "../../../deploy/local";
import { allGone } from "./processes";

describe("local ClickHouse", () => {
  let server: ClickHouseServer;
  let client: ClickHouseClient;

  beforeAll(async () => {
    server = await startClickHouse();
    client = createClient({ url: server.url, log: { level: ClickHouseLogLevel.OFF } });
    await client.command({
      query: `CREATE TABLE decisions (id String, cost Int64, version UInt64)
        ENGINE ReplacingMergeTree(version) ORDER BY id`,
    });
  });
  afterAll(async () => {
    await client?.close();
    await server?.stop();
  });

  const rows = async (query: string, extra: object = {}): Promise<unknown[]> =>
    (await client.query({ query, format: "JSONEachRow", ...extra })).json();

  it("answers both kinds of ping", async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  it("replaces rows of one key under FINAL and keeps them through kill −9", async () => {
    const insert = (values: object[]) => client.insert({ table: "decisions", values, format: "JSONEachRow" });
    await insert([
      { id: "a", cost: 1, version: 1 },
      { id: "b", cost: 2, version: 1 },
    ]);
    await insert([{ id: "a", cost: 10, version: 2 }]);
    await insert([]);
    const expected = [
      { id: "a", cost: 10 },
      { id: "b", cost: 2 },
    ];
    const query = "SELECT id, toInt32(cost) AS cost FROM decisions FINAL ORDER BY id";
    expect(await rows(query)).toEqual(expected);
    const { url } = server;
    await server.kill();
    await server.restart();
    expect(server.url).toBe(url);
    expect(await rows(query)).toEqual(expected);
  });

  it("binds parameters exactly as they were given", async () => {
    const query_params = { text: "it's\ta \\ \n 'line'", list: ["a'b", "c\\d", "e,f"], missing: null, number: 7 };
    const query = `SELECT {text:String} AS text, {list:Array(String)} AS list,
      {missing:Nullable(String)} AS missing, {number:UInt8} AS number`;
    expect(await rows(query, { query_params })).toEqual([query_params]);
    expect(await rows(query, { query_params, use_multipart_params: true })).toEqual([query_params]);
  });

  it("keeps the parameters of simultaneous queries apart", async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const ask = (n: number) => rows("SELECT {n:UInt32} AS n", { query_params: { n } });
    expect(await Promise.all(numbers.map(ask))).toEqual(numbers.map((n) => [{ n }]));
  });

  it.each([
    ["SELECT * FROM nowhere", "60", "UNKNOWN_TABLE"],
    ["SELEC 1", "62", "SYNTAX_ERROR"],
    ["SELECT {n:UInt8}", "456", "UNKNOWN_QUERY_PARAMETER"],
  ])("reports the engine's error of `%s` with its code", async (query, code, type) => {
    const error = await client.query({ query }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ClickHouseError);
    expect(error).toMatchObject({ code, type });
    const raw = await fetch(server.url, { method: "POST", body: query });
    expect(raw.headers.get("X-ClickHouse-Exception-Code")).toBe(code);
    expect(raw.ok).toBe(false);
  });

  it("applies settings to their own query only, and refuses unknown ones", async () => {
    const query = "SELECT getSetting('max_block_size') AS size";
    const usual = await rows(query);
    expect(await rows(query, { clickhouse_settings: { max_block_size: "777" } })).toEqual([{ size: 777 }]);
    await client.command({ query: "SET max_block_size = 888" });
    expect(await rows(query)).toEqual(usual);
    await expect(rows(query, { clickhouse_settings: { no_such_setting: 1 } })).rejects.toMatchObject({ code: "115" });
  });

  it("works compressed both ways, in a database of the client's own, from a stream", async () => {
    await client.command({ query: "CREATE DATABASE own" });
    const own = createClient({ url: server.url, database: "own", compression: { request: true, response: true } });
    await own.command({ query: "CREATE TABLE numbers (n UInt64) ENGINE MergeTree ORDER BY n" });
    const values = Readable.from(Array.from({ length: 10_000 }, (_, n) => ({ n })));
    const { summary } = await own.insert({ table: "numbers", values, format: "JSONEachRow" });
    expect(summary?.written_rows).toBe("10000");
    const result = await own.query({ query: "SELECT n FROM numbers ORDER BY n", format: "JSONEachRow" });
    let count = 0;
    for await (const chunk of result.stream<{ n: string }>()) count += chunk.length;
    expect(count).toBe(10_000);
    await own.command({
      query: `CREATE MATERIALIZED VIEW total REFRESH EVERY 1 HOUR (n UInt64) ENGINE MergeTree ORDER BY n
        AS SELECT sum(n) AS n FROM numbers`,
    });
    await own.command({ query: "SYSTEM WAIT VIEW total" });
    const total = await own.query({ query: "SELECT toUInt32(n) AS n FROM total", format: "JSONEachRow" });
    expect(await total.json()).toEqual([{ n: 49_995_000 }]);
    await own.close();
  });

  it("takes binary data, and lets a GET change nothing", async () => {
    const query = encodeURIComponent("INSERT INTO decisions FORMAT RowBinary");
    const row = Buffer.concat([Buffer.from([1, 0x7a]), int64(5), int64(1)]);
    expect((await fetch(`${server.url}/?query=${query}`, { method: "POST", body: row })).status).toBe(200);
    expect(await rows("SELECT toInt32(cost) AS cost FROM decisions WHERE id = 'z'")).toEqual([{ cost: 5 }]);
    const drop = await fetch(`${server.url}/?query=${encodeURIComponent("DROP TABLE decisions")}`);
    expect(drop.headers.get("X-ClickHouse-Exception-Code")).toBe("164");
    const read = await fetch(`${server.url}/?query=${encodeURIComponent("SELECT 1 AS one FORMAT JSONEachRow")}`);
    expect(await read.json()).toEqual({ one: 1 });
  });

  it("leaves no process and no temporary folder behind when stopped", async () => {
    await server.stop();
    expect(await allGone([server.pid], 0)).toBe(true);
    expect(existsSync(server.dir)).toBe(false);
    await expect(server.restart()).rejects.toThrow("stopped for good");
  });
});

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
