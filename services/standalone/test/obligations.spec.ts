import fc from "fast-check";
import { headersOf, message } from "@leverframe/contracts";
import type { HeldAnswer } from "@leverframe/events";
import { writeChatPrompt } from "@leverframe/prompt";
import { analyticsOf, decisionRowsOf, requestOf, type RequestDraft, TopicReader } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { ListeningProxy, REPEAT } from "./listening-proxy";
import { StagesHere } from "./stages-here";

const EXTERNAL: RequestDraft = { department: "Support", attributes: { audience: "external" } };
const MAIL = "anna.schmidt@example.com";

describe("what policies oblige to, in a running installation", () => {
  let here: StagesHere;
  let proxy: ListeningProxy;
  let reader: TopicReader;
  const held: HeldAnswer[] = [];
  beforeAll(async () => {
    here = await StagesHere.prepare(async (url) => {
      proxy = await ListeningProxy.start(url);
      return proxy.url;
    });
    await here.start(STAGE_MODULES);
    const { client } = here;
    const topics = [client.names.name("held-answers")];
    reader = await TopicReader.open(client.log, topics, ({ value }) => void Promise.resolve(client.codec.decode("held-answer", value!)).then((answer) => held.push(answer)));
  });
  afterAll(async () => {
    await reader?.close();
    await here?.end();
    await proxy?.close();
  });

  /** Rows of the installation's analytics. */
  const query = async (sql: string, params: Readonly<Record<string, string>> = {}) => {
    const analytics = analyticsOf(here.installation);
    try {
      return await analytics.query(sql, params);
    } finally {
      await analytics.close();
    }
  };

  const ask = async (draft: RequestDraft) => {
    const before = proxy.bodies.length;
    const request = requestOf({ ...EXTERNAL, ...draft });
    const response = await here.client.ask(request);
    return { request, response, sent: proxy.bodies.slice(before).join("\n") };
  };

  it("redact: no identifier of the obliged kinds is in the bytes that providers receive, and answers speak of them all the same", async () => {
    const local = fc.stringMatching(/^[a-z]{3,10}$/);
    const mail = fc.tuple(local, local).map(([name, host]) => `${name}@${host}.org`);
    const phone = fc.integer({ min: 100_000, max: 999_999 }).map((number) => `+49 30 ${number}`);
    const values = fc.uniqueArray(fc.oneof(mail, phone), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(values, async (planted) => {
        const { response, sent } = await ask({ text: `${REPEAT}the contacts are ${planted.join(" and ")}.`, maxOutputTokens: 256 });
        expect(response.status).toBe("answered");
        expect(sent).not.toBe("");
        for (const value of planted) {
          expect(sent).not.toContain(value);
          expect(response.output!.text).toContain(value);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("redact: system prompts, earlier turns and results of tools are redacted as what is asked is", async () => {
    const prompt = writeChatPrompt({
      messages: [
        { role: "system", content: `You answer for ${MAIL}.` },
        { role: "user", content: "Who wrote?" },
        { role: "assistant", content: "", toolCalls: [{ id: "call_a", name: "find", arguments: `{"mail":"${MAIL}"}` }] },
        { role: "tool", content: `{"owner":"${MAIL}"}`, toolCallId: "call_a" },
        { role: "user", content: "So, what now?" },
      ],
      tools: [{ name: "find", description: `as ${MAIL} does`, parameters: { type: "object", properties: { mail: { type: "string" } } } }],
    });
    const { response, sent } = await ask({ prompt });
    expect(sent.match(/\[EMAIL_1\]/g)!.length).toBeGreaterThanOrEqual(4);
    expect(sent).not.toContain(MAIL);
    expect(["answered", "held_for_review"]).toContain(response.status);
  });

  it("redact: a picture cannot be redacted, so it is not sent", async () => {
    const image = { mediaType: "image/png", data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" } as const;
    const prompt = writeChatPrompt({ messages: [{ role: "user", content: `is this ${MAIL}?`, parts: [{ type: "text", text: `is this ${MAIL}?` }, { type: "image", image }] }] });
    const { response, sent } = await ask({ prompt });
    expect(response).toMatchObject({ status: "refused", refusal: { code: "redaction_failed", message: expect.stringContaining("picture") }, costNanoUsd: 0n });
    expect(sent).toBe("");
  });

  it("response policies: what leaves says that an AI wrote it, in the request's language", async () => {
    const { response } = await ask({ text: "Bitte fasse zusammen: das Terminal startet nach dem Update neu und der Kunde wartet." });
    expect(response.output?.text).toMatch(/\n\nDiese Antwort wurde von einem KI-System verfasst\.$/);
  });

  it("response policies: an answer that commits the company never leaves, whoever wrote it", async () => {
    const { request, response } = await ask({ text: `${REPEAT}We guarantee a full refund by Friday.` });
    expect(response).toMatchObject({ status: "refused", output: null, refusal: { code: "response_policy", message: expect.stringContaining("no_commitments") } });
    const decision = await here.client.decisionOn(request.requestId);
    expect(decision.rounds.at(-1)?.evaluation).toMatchObject({ verdict: "withhold" });
    expect(decision.rounds.at(-1)?.evaluation?.checks).toContainEqual(expect.objectContaining({ check: "no_commitments", passed: false }));
    expect(response.costNanoUsd).toBeGreaterThan(0n);
  });

  it("response policies: credentials in an answer are masked", async () => {
    const { request, response } = await ask({ text: `${REPEAT}use gh~p_${"a1B2".repeat(9)} as it is.` });
    expect(response.output?.text).toMatch(/^use \[SECRET\] as it is\./);
    const decision = await here.client.decisionOn(request.requestId);
    expect(decision.rounds.at(-1)?.evaluation?.checks).toContainEqual({ check: "no_secrets", passed: true, reason: "1 masked" });
  });

  it("humanReview: a held answer leaves when a person releases it, once, and not when one rejects it", async () => {
    const { client } = here;
    const people: RequestDraft = { department: "HR", attributes: { intent: "decide" }, text: "Whom of the two should we invite?" };
    const [first, second] = [await ask(people), await ask(people)];
    for (const { response } of [first, second]) expect(response).toMatchObject({ status: "held_for_review", output: null });
    const heldOf = (id: string) => client.eventually(`the held answer to ${id}`, () => held.find(({ requestId }) => requestId === id));
    const review = async (id: string, verdict: string, reviewer: string) => {
      const event = { eventId: `${id}.review.${reviewer}`, requestId: id, verdict, reviewer, comment: "read", held: await heldOf(id), at: Date.now() * 1_000 };
      const record = { topic: client.names.name("reviews"), key: Buffer.from(id), value: client.codec.encode("review", event), headers: headersOf(message("reviews", event)) };
      await client.log.append([record]);
    };
    const reviewed = (id: string) => client.eventually(`the reviewed answer to ${id}`, () => client.responses.find(({ requestId, eventId }) => requestId === id && eventId === `${id}.reviewed-response.0`));
    await review(first.request.requestId, "release", "ana");
    expect(await reviewed(first.request.requestId)).toMatchObject({ status: "answered", output: { text: expect.stringMatching(/\S/) }, application: "default" });
    await review(second.request.requestId, "reject", "eva");
    await review(second.request.requestId, "release", "ana");
    expect(await reviewed(second.request.requestId)).toMatchObject({ status: "refused", output: null, refusal: { code: "rejected_by_reviewer", message: expect.stringContaining("`eva`") } });
    const rows = () => query("SELECT verdict, reviewer FROM reviews ORDER BY reviewer, verdict");
    const deadline = Date.now() + 120_000;
    while ((await rows()).length < 3 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await rows()).toEqual([{ verdict: "release", reviewer: "ana" }, { verdict: "release", reviewer: "ana" }, { verdict: "reject", reviewer: "eva" }]);
    expect(client.responses.filter(({ requestId, status }) => requestId === second.request.requestId && status === "answered")).toEqual([]);
  });

  it("retentionDaysMax: the stored trail of card data goes after a week, and of others stays", async () => {
    const card = await ask({ attributes: { compliance: "pci" }, text: "How do I print a receipt again?" });
    const other = await ask({ attributes: {}, text: "How do I print a receipt again?" });
    expect((await here.client.decisionOn(card.request.requestId)).retentionDaysMax).toBe(7);
    await decisionRowsOf(here.installation, [card.request.requestId, other.request.requestId]);
    const kept = await query("SELECT request_id, retention_days FROM decisions WHERE request_id IN ({a:String}, {b:String})", { a: card.request.requestId, b: other.request.requestId });
    expect(new Map(kept.map((row) => [row.request_id, Number(row.retention_days)]))).toEqual(new Map([[card.request.requestId, 7], [other.request.requestId, 17_500]]));
  });
});
