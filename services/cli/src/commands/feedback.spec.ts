import type { Feedback } from "@leverframe/events";
import { TopicReader } from "../../../../test/support/installation";
import type { Installation } from "../installation";
import { runCommandLine } from "../program";
import { capturedTerminal } from "../testing/captured-terminal";
import { withTemporaryInstallation } from "../testing/temporary-installation";

async function run({ config }: Installation, ...argv: readonly string[]) {
  const terminal = capturedTerminal("", 160);
  const exitCode = await runCommandLine(["--data-dir", config.dataDir, "feedback", ...argv], terminal);
  return { exitCode, err: terminal.errLines.join("\n") };
}

async function recorded({ log, names, codec }: Installation, application: string, count: number): Promise<readonly Feedback[]> {
  const reader = await TopicReader.open(log, [names.name("feedback", application)]);
  try {
    while (reader.records.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    return await Promise.all(reader.records.map(({ value }) => codec.decode("feedback", value!)));
  } finally {
    await reader.close();
  }
}

describe("leverframe feedback", () => {
  it("records what became of an answer on the application's own topic, for its tenant", () =>
    withTemporaryInstallation(async (installation) => {
      expect(await run(installation, "r1", "--application", "crm", "--failed", "--rating", "2", "--user", "ana", "--comment", "wrong customer")).toEqual({ exitCode: 0, err: "recorded for `r1`" });
      expect(await recorded(installation, "crm", 1)).toEqual([expect.objectContaining({ requestId: "r1", tenant: "acme", user: "ana", succeeded: false, rating: 2, comment: "wrong customer" })]);
    }), 30_000);

  it.each([
    ["nothing said", ["r1"], "nothing is said: expected `--succeeded`"],
    ["both", ["r1", "--succeeded", "--failed"], "not both"],
    ["a rating above the scale", ["r1", "--rating", "6"], "rating is `6`, expected 1 to 5"],
    ["an application nobody knows", ["r1", "--succeeded", "--application", "nope"], "application `nope` is unknown"],
  ])("refuses %s", (_name, argv, expected) =>
    withTemporaryInstallation(async (installation) => {
      const { exitCode, err } = await run(installation, ...argv);
      expect(exitCode).toBe(1);
      expect(err).toContain(expected);
    }), 30_000);
});
