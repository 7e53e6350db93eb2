import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { message } from "@leverframe/contracts";
import type { Executed } from "@leverframe/events";
import { type HandlerContext, On, RecordMaker, Stage } from "@leverframe/nest";
import { Module } from "@nestjs/common";
import { audit } from "../../../test/support/audit";
import { evidenceOf, policiesWithOpinions, requestOf, ROOT } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

/** An evaluator that is not there yet: what it is given stays uncommitted. */
@Stage("evaluator")
class AbsentEvaluator {
  @On("executed")
  evaluate(_event: Executed, { signal }: HandlerContext): Promise<readonly []> {
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true }));
  }
}

@Module({ controllers: [AbsentEvaluator] })
class AbsentEvaluatorModule {}

describe("a second opinion that is interrupted", () => {
  let here: StagesHere;
  const policiesDir = policiesWithOpinions("{ route: second-opinions, latencyMsMax: 20000 }");
  beforeAll(async () => {
    here = await StagesHere.prepare(undefined, policiesDir);
  });
  afterAll(async () => {
    await here?.end();
    rmSync(policiesDir, { recursive: true, force: true });
  });
  const callsOf = (requestId: string) => here.simulator.calls.filter(({ request }) => request === requestId);

  it("is the end of a request that nobody wants any more", async () => {
    const app = await here.start(STAGE_MODULES);
    const { client } = here;
    const request = requestOf({ text: "Hello there, low. [[sim:slow=15000]]" });
    await client.send([request]);
    await client.eventually("the reservation of the question", () => client.entries.find(({ requestId, kind }) => requestId === request.requestId && kind === "reserved"));
    await client.log.append([new RecordMaker(client.codec, client.names).recordOf(message("cancellations", { requestId: request.requestId, idempotencyKey: null, reason: null }))]);
    expect(await client.answerTo(request.requestId)).toMatchObject({ status: "refused", output: null, refusal: { code: "cancelled" }, escalations: 0 });
    expect(callsOf(request.requestId).length).toBeLessThanOrEqual(1);
    await client.settled([request.requestId]);
    await app.close();
  });

  it("I4 exactly one answer: who comes again after the policy stopped asking is never answered with what was said about it", async () => {
    const { client, installation, simulator } = here;
    const request = requestOf({ text: "Hello there, low." });
    const interrupted = await here.start({ ...STAGE_MODULES, evaluator: AbsentEvaluatorModule });
    await client.send([request]);
    await client.eventually("the question", () => callsOf(request.requestId)[0]);
    await interrupted.close();
    cpSync(path.join(ROOT, "policies/routes.yaml"), path.join(policiesDir, "routes.yaml"));
    rmSync(path.join(policiesDir, "rules/opinions.yaml"));
    await client.send([request]);
    await here.start(STAGE_MODULES);
    const response = await client.answerTo(request.requestId);
    expect(response.status).toBe("answered");
    expect(response.output?.text).not.toMatch(/riskClass/);
    await client.settled([request.requestId]);
    // The question was paid once, and the plan once, by whichever delivery came first.
    expect(callsOf(request.requestId)).toHaveLength(2);
    const evidence = evidenceOf(client, installation.policiesDir, simulator.calls.filter(({ request: id }) => id === request.requestId), [], null);
    const found = audit(evidence).filter(({ invariant }) => invariant === "I2" || invariant === "I3");
    // The decision that left may be the one of the journey that asked nothing: the journal has the question all the same.
    expect(found.filter(({ name, subject }) => name !== "call-not-in-decision" || !subject.includes(".reservation.-1."))).toEqual([]);
    expect(new Set(client.responses.filter(({ requestId }) => requestId === request.requestId).map(({ output }) => output?.text)).size).toBe(1);
  });
});
