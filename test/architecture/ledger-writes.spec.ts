import { sourceFiles } from "./sources/source-files";
import { importsOf, redisWrites, type StoreCall, writesOutsideSteps } from "./sources/store-writes";

const files = sourceFiles().filter(({ path }) => path.endsWith(".ts") && !/\.spec\.ts$|conformance/.test(path));
const inFolder = (folder: string) => files.filter(({ path }) => path.startsWith(folder));

/** The only writes to the ledger's Redis outside of a script, and why none of them reads before. */
const ALLOWED_IN_REDIS: Readonly<Record<string, string>> = {
  "redis-ledger.ts hsetnx": "the first epoch that is written stays: one command",
  "redis-restore.ts del": "keys beside the ledger's own, which one script then puts in their place",
  "redis-restore.ts hset": "the same",
  "redis-restore.ts rpush": "the same",
  "redis-restore.ts zadd": "the same",
};

/** What writes to the ledger's tables, as its file calls it. */
const SQLITE_WRITERS = /(?:\.(?:run|exec|write|forget|put\w*|writeEntry)|^restoreInto)$/;

/** Who may hold a driver of a store at all. */
const DRIVERS = /^(?:ioredis|node:sqlite)$/;
const HOLDERS = /^(?:libs\/(?:ledger|log|health-store)\/|services\/notifier\/src\/register\/|test\/|deploy\/local\/)/;

const named = ({ path, command }: StoreCall): string => `${path.slice(path.lastIndexOf("/") + 1)} ${command}`;

describe("I3 no overspend: the ledger's state is never read first and written after", () => {
  it("in Redis every step that decides is one script: outside of scripts there are only these writes", () => {
    const writes = inFolder("libs/ledger/redis/").flatMap(redisWrites);
    expect([...new Set(writes.map(named))].sort()).toEqual(Object.keys(ALLOWED_IN_REDIS).sort());
  });

  it("in SQLite every write stands in a step of the group commit, which is one transaction", () => {
    const [ledger] = files.filter(({ path }) => path === "libs/ledger/sqlite/sqlite-ledger.ts");
    expect(writesOutsideSteps(ledger!, SQLITE_WRITERS)).toEqual([]);
    // What the steps call is in that transaction, since nothing of it begins one of its own.
    const begins = inFolder("libs/ledger/").filter(({ text }) => /exec\(["`]BEGIN/.test(text)).map(({ path }) => path);
    expect(begins.sort()).toEqual(["libs/ledger/sqlite/group-commit.ts", "libs/ledger/sqlite/sqlite-file.ts"]);
  });

  it("nobody else holds a driver of the stores", () => {
    const holders = files.filter((file) => importsOf(file).some((name) => DRIVERS.test(name))).map(({ path }) => path);
    expect(holders.length).toBeGreaterThan(5);
    expect(holders.filter((path) => !HOLDERS.test(path))).toEqual([]);
    const keys = files.filter(({ path, text }) => !/^(?:libs\/ledger|test)\//.test(path) && /\{ledger\}|ledger:v1/.test(text)).map(({ path }) => path);
    expect(keys).toEqual([]);
  });
});

describe("the look-out for it", () => {
  const commands = (text: string) => redisWrites({ path: "a.ts", text }).map(({ command }) => command);
  const outside = (text: string) => writesOutsideSteps({ path: "a.ts", text }, SQLITE_WRITERS).map(({ command }) => command);

  it("finds a GET and then a SET, on a client and in a pipeline", () => {
    expect(commands('const left = await redis.get("a"); await redis.set("a", left - 1);')).toEqual(["set"]);
    expect(commands('client.run((redis) => redis.hincrby("balances", "a", 1));')).toEqual(["hincrby"]);
    expect(commands('this.redis.pipeline().get("a").incr("b").exec();')).toEqual(["incr"]);
    expect(commands("redis.aCommandOfTomorrow();")).toEqual(["aCommandOfTomorrow"]);
    expect(commands('redis.hget("a", "b"); redis.disconnect(); other.set("a", 1);')).toEqual([]);
  });

  it("finds a write outside of a step, also after a read in one", () => {
    expect(outside("class A { async b() { const left = await this.#step(() => read.get()); update.run(left); } }")).toEqual(["update.run"]);
    expect(outside("class A { b() { return this.#step(() => { if (read.get()) update.run(); }); } }")).toEqual([]);
    expect(outside('class A { b() { return this.#commits.run(() => this.#db.exec("x")); } c() { restoreInto(db); } }')).toEqual(["restoreInto"]);
  });
});
