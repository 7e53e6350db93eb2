import { message } from "@leverframe/contracts";
import type { HeldAnswer, Response, Review } from "@leverframe/events";
import { heldAnswers } from "../answers/held-answers";
import type { Installation } from "../installation";
import { runCommandLine } from "../program";
import { capturedTerminal } from "../testing/captured-terminal";
import { withTemporaryInstallation } from "../testing/temporary-installation";

const response = (requestId: string): Response => ({
  eventId: `${requestId}.reviewed-response.0`, requestId, idempotencyKey: null, application: "crm", tenant: "acme", department: "HR", status: "answered", refusal: null,
  output: { text: "We should hire \u001b[31mKim.", finishReason: "stop", refused: false, toolCalls: [] }, candidate: "oss/small", provider: "oss", model: "small", usage: null, costNanoUsd: 5n,
  attempts: 1, escalations: 0, policyVersion: "p", catalogVersion: "c", receivedAt: 1, answeredAt: 1_773_576_000_000_000,
});
const held = (requestId: string): HeldAnswer => ({
  eventId: `${requestId}.held-answer.0`, requestId, tenant: "acme", reason: "the policy demands a human review", response: response(requestId), heldAt: 1_773_576_000_000_000,
});

async function run(installation: Installation, ...argv: readonly string[]) {
  const terminal = capturedTerminal("", 160);
  const exitCode = await runCommandLine(["--data-dir", installation.config.dataDir, "answers", ...argv], terminal);
  return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
}

const hold = ({ log, maker }: Installation, ...ids: readonly string[]) => log.append(ids.map((id) => maker.recordOf(message("held-answers", held(id)))));
const reviewOf = async (installation: Installation, requestId: string): Promise<Review | null> => (await heldAnswers(installation)).find((one) => one.held.requestId === requestId)?.review ?? null;

describe("leverframe answers", () => {
  it("lists what waits, shows one with its text, and forgets none when a copy of it came twice", () =>
    withTemporaryInstallation(async (installation) => {
      expect(await run(installation, "held")).toMatchObject({ exitCode: 0, err: "no answer waits for a person" });
      await hold(installation, "r1", "r2", "r1");
      const { out } = await run(installation, "held");
      expect(out.match(/^r\d /gm)).toEqual(["r1 ", "r2 "]);
      expect(out).toContain("the policy demands a human review");
      const shown = await run(installation, "show", "r1");
      expect(shown.out).toContain("crm, HR of acme");
      // What a model wrote steers no terminal.
      expect(shown.out).toContain("We should hire ");
      expect(shown.out).not.toContain("\u001b");
    }));

  it("release and reject are on record with who decided, why, and what was looked at", () =>
    withTemporaryInstallation(async (installation) => {
      await hold(installation, "r1", "r2");
      expect(await run(installation, "release", "r1", "--as", "ana")).toMatchObject({ exitCode: 0, err: "r1: released by ana" });
      expect(await run(installation, "reject", "r2", "--as", "eva", "--comment", "names a person")).toMatchObject({ exitCode: 0 });
      expect(await reviewOf(installation, "r1")).toMatchObject({ verdict: "release", reviewer: "ana", comment: null, held: held("r1") });
      expect(await reviewOf(installation, "r2")).toMatchObject({ verdict: "reject", reviewer: "eva", comment: "names a person" });
      expect(await run(installation, "held")).toMatchObject({ out: "", err: "no answer waits for a person" });
      const all = await run(installation, "held", "--all", "--format", "json");
      expect(JSON.parse(all.out)).toMatchObject([{ requestId: "r1", verdict: "release" }, { requestId: "r2", verdict: "reject", reviewer: "eva" }]);
    }));

  it("decides nothing twice, and nothing that is not held", () =>
    withTemporaryInstallation(async (installation) => {
      await hold(installation, "r1");
      await run(installation, "reject", "r1", "--as", "eva");
      const again = await run(installation, "release", "r1", "--as", "ana");
      expect(again).toMatchObject({ exitCode: 1 });
      expect(again.err).toContain("request `r1` was decided before: `eva` chose to reject it");
      expect(await reviewOf(installation, "r1")).toMatchObject({ verdict: "reject" });
      expect((await run(installation, "release", "r9")).err).toContain("no held answer is of request `r9`");
    }));
});
