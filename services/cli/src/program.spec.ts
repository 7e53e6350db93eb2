import { writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "@leverframe/kernel";
import { loadConfig } from "@leverframe/nest";
import { withInstallation } from "./installation";
import { machineFault } from "./machine-fault";
import { runCommandLine } from "./program";
import { capturedTerminal } from "./testing/captured-terminal";
import { withTemporaryFolder } from "./testing/temporary-installation";

async function run(argv: readonly string[], stdin = "") {
  const terminal = capturedTerminal(stdin);
  const exitCode = await runCommandLine(argv, terminal);
  return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
}

const requestsIn = (dataDir: string): Promise<bigint> =>
  withInstallation(loadConfig({ env: {}, overrides: { dataDir } }), async ({ log }) => (await log.endOffsets("requests")).reduce((sum, { offset }) => sum + offset, 0n));

const KEYS = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OSS_API_KEY", "BOUNDARY_API_KEY"];

describe("the command line", () => {
  const kept = new Map(KEYS.map((name) => [name, process.env[name]]));
  // Whoever runs the tests may have keys.
  beforeAll(() => KEYS.forEach((name) => delete process.env[name]));
  afterAll(() => {
    for (const [name, value] of kept) if (value !== undefined) process.env[name] = value;
  });

  test.each([
    [["send", "--fromat", "json"], "unknown option '--fromat'\n(Did you mean --format?)"],
    [["sned"], "unknown command 'sned'\n(Did you mean send?)"],
    [["report", "spent"], "unknown command 'spent'\n(Did you mean spend?)"],
    [["report", "spend", "--format", "xml"], "Allowed choices are table, json, csv"],
    [["report", "spend", "--since", "yesterday"], "Expected a time such as 2026-07-01"],
    [["send", "x.jsonl", "--timeout", "soon"], "Expected a whole number from 1"],
    [["up", "--stages", "classifer"], "`classifer` is no stage, expected some of classifier"],
    [["--profile", "cloud", "topics", "list"], "Allowed choices are embedded, cluster"],
    [["explain"], "missing required argument 'requestId'"],
    [["explain", "r1"], "leverframe: request id is `r1`, expected a UUID as `leverframe responses` shows it"],
    [["cancel"], "leverframe: expected the id of a request, or its `--key`"],
    [["catalog", "--at", "2026-02-30"], "Expected a time such as 2026-07-01"],
    [["send"], "leverframe: nothing to send: expected a file, `-` for standard input, or `--text \"…\"`"],
    [["send", "--text", " "], "leverframe: `--text` is empty, expected a prompt"],
    [["send", "missing.jsonl"], "leverframe: file `missing.jsonl` does not exist"],
    [["send", "policies"], "leverframe: file `policies` is a folder"],
    [["send", "a.jsonl", "--text", "b"], "leverframe: both `--text` and file `a.jsonl` are given, expected one of them"],
    [["policy", "simulate", "missing.json"], "file `missing.json` does not exist"],
    [["ledger", "reconcile", "missing.csv"], "leverframe: file `missing.csv` does not exist"],
    [["ledger", "verify", "--opening", "missing.json"], "leverframe: file `missing.json` does not exist"],
    [["ledger", "balance", "--scope", "depatment:acme/Sales"], "leverframe: scope is `depatment:acme/Sales`, expected one such as `department:acme/Sales`, of company, tenant, department, team, user, route, application, run, provider, tier, tag; did you mean `department:acme/Sales`?"],
    [["dead-letters", "redrive"], "leverframe: expected either the id of a dead letter or `--all`"],
  ])("%j is refused with what was meant, and exit code 2", async (argv, message) => {
    const { exitCode, err, out } = await run(argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
  });

  test("every command explains itself, whatever its defaults are", async () => {
    const explained = async (path: readonly string[]): Promise<number> => {
      const { exitCode, out, err } = await run([...path, "--help"]);
      expect({ path, exitCode, err }).toEqual({ path, exitCode: 0, err: "" });
      // Commands stand with two spaces, alone or before what they take; options begin with a dash.
      const listed = path.length === 0 ? out.slice(out.indexOf("\nRun it:")) : (out.split("\nCommands:\n")[1]?.split("\n\n")[0] ?? "");
      const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!).filter((name) => name !== "help");
      let count = 1;
      for (const name of names) count += await explained([...path, name]);
      return count;
    };
    expect(await explained([])).toBeGreaterThan(45);
  });

  test.each([
    [["--config", "missing.yaml", "topics", "list"], "leverframe: configuration file `missing.yaml` (LEVERFRAME_CONFIG) cannot be read"],
    [["--profile", "cluster", "topics", "list"], "`kafka.brokers` is not set (LEVERFRAME_KAFKA_BROKERS)"],
    [["--data-dir", "missing", "responses"], "leverframe: no installation is in `missing`, expected its data folder (--data-dir or LEVERFRAME_DATA_DIR); `leverframe up` makes one"],
    [["--data-dir", "package.json", "report", "spend"], "is a file, expected a folder"],
    [["--data-dir", "package.json", "up", "--simulate"], "is a file, expected a folder"],
  ])("%j fails with one sentence, and exit code 1", async (argv, message) => {
    const { exitCode, err } = await run(argv);
    expect(exitCode).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("bad lines are told with file and line while the good ones go, and the exit code is not 0", () =>
    withTemporaryFolder(async (folder) => {
      const file = path.join(folder, "r.jsonl");
      writeFileSync(file, '{"text":"a","department":"Sales"}\n{"txt":"b"}\noops\n{"text":"c","department":"HR"}\n');
      const { exitCode, err } = await run(["--data-dir", folder, "send", file, "--no-wait"]);
      expect(exitCode).toBe(1);
      expect(err).toContain(`${file}:2: field \`txt\`: unknown, did you mean \`text\`?`);
      expect(err).toContain(`${file}:3: not JSON`);
      expect(err).toContain("2 sent, 2 problems above");
      expect(await requestsIn(folder)).toBe(2n);
    }));

  test("standard input is read with -, and good input ends with exit code 0", () =>
    withTemporaryFolder(async (folder) => {
      const { exitCode, err } = await run(["--data-dir", folder, "send", "-", "--no-wait"], '{"text":"a"}\n{"text":"b"}\n');
      expect([exitCode, err]).toEqual([0, "2 sent to `requests`"]);
      expect(await requestsIn(folder)).toBe(2n);
    }));

  test("an application that the policies do not know is refused before anything is sent", () =>
    withTemporaryFolder(async (folder) => {
      const { exitCode, err } = await run(["--data-dir", folder, "send", "--text", "a", "--application", "crmm"]);
      expect(exitCode).toBe(2);
      expect(err).toContain("application `crmm` is unknown, expected one of `default`, `crm`, `ide`");
    }));

  test("a folder without topics is told how to get them", () =>
    withTemporaryFolder(async (folder) => {
      const { exitCode, err } = await run(["--data-dir", folder, "dead-letters", "list"]);
      expect([exitCode, err]).toEqual([1, "leverframe: topic `dead-letters` does not exist; `leverframe topics provision` makes those that are missing"]);
    }));

  test("what ran is told by its version", async () => {
    const { exitCode, out } = await run(["--version"]);
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^leverframe \d+\.\d+\.\d+, Node 2\d\./)]);
  });

  test("the machine's own refusals are one sentence: no right, no space, a file that is read-only", () => {
    const errno = Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), { code: "EACCES", path: "/x" });
    expect(machineFault(new AppError("internal", "y", { cause: errno }))).toBe("`/x` cannot be used: permission denied");
    expect(machineFault(Object.assign(new Error("attempt to write a readonly database"), { code: "ERR_SQLITE_ERROR", errcode: 8 }))).toBe("a database of the data folder cannot be used: it may not be written by this user");
    expect(machineFault(new TypeError("x is not a function"))).toBeNull();
  });

  test("up without any key names each one that is missing and what to do", () =>
    withTemporaryFolder(async (folder) => {
      const { exitCode, err } = await run(["--data-dir", folder, "up"]);
      expect(exitCode).toBe(1);
      for (const name of KEYS) expect(err).toContain(name);
      expect(err).toContain("--simulate");
    }));

  test("providers list shows every wire API and why it lacks what it lacks", async () => {
    const { exitCode, out } = await run(["providers", "list"]);
    expect(exitCode).toBe(0);
    for (const fact of ["azure-openai", "bedrock", "vertex", "perplexity", "– mistral, refusals: the API has no word for it"]) expect(out).toContain(fact);
  });

  test("providers check without any key calls nobody and says so", async () => {
    const { exitCode, err, out } = await run(["providers", "check"]);
    expect([exitCode, err]).toEqual([1, "no provider was called: none has a key"]);
    expect(out).toContain("set OPENAI_API_KEY");
  });

  test("topics provision creates every topic and prints the rights that Kafka's own tool takes", () =>
    withTemporaryFolder(async (folder) => {
      const { exitCode, err, out } = await run(["--data-dir", folder, "topics", "provision", "--applications", "shop", "--acls", "print"]);
      expect(exitCode).toBe(0);
      expect(err).toContain("requests.shop");
      expect(out).toContain(`--add --allow-principal 'User:application-shop' --operation Write --topic 'requests.shop'`);
      expect(await requestsIn(folder)).toBe(0n);
    }));
});
