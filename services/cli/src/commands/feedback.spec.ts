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

const REQUEST_ID = "0198c0de-0000-7000-8000-000000000001";

describe("leverframe feedback", () => {
  it("records what became of an answer on the application's own topic, for its tenant", () =>
    withTemporaryInstallation(async (installation) => {
      expect(await run(installation, REQUEST_ID, "--application", "crm", "--failed", "--rating", "2", "--user", "ana", "--comment", "wrong customer")).toEqual({ exitCode: 0, err: `recorded for \`${REQUEST_ID}\`` });
      expect(await recorded(installation, "crm", 1)).toEqual([expect.objectContaining({ requestId: REQUEST_ID, tenant: "acme", user: "ana", succeeded: false, rating: 2, comment: "wrong customer" })]);
    }));

  it.each([
    ["nothing said", [REQUEST_ID], "nothing is said: expected `--succeeded`"],
    ["both", [REQUEST_ID, "--succeeded", "--failed"], "not both"],
    ["a rating above the scale", [REQUEST_ID, "--rating", "6"], "rating is `6`, expected 1 to 5"],
    ["an id that is none", ["r1", "--succeeded"], "request id is `r1`, expected a UUID"],
    ["an application nobody knows", [REQUEST_ID, "--succeeded", "--application", "nope"], "application `nope` is unknown"],
  ])("refuses %s", (_name, argv, expected) =>
    withTemporaryInstallation(async (installation) => {
      const { exitCode, err } = await run(installation, ...argv);
      expect(exitCode).toBe(2);
      expect(err).toContain(expected);
    }));
});
