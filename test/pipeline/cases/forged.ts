import { headersOf, message } from "@leverframe/contracts";
import type { Executed, Funded } from "@leverframe/events";
import { reservationId } from "@leverframe/kernel";
import { encodePermit, readPermit } from "@leverframe/permit";
import { writeChatPrompt } from "@leverframe/prompt";
import { TopicReader } from "../../support/installation";
import type { World } from "../world";

const OUTSIDER = "openai/gpt-5.4";

const inverted = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);
const planOf = (event: Funded, candidate: string) => event.funding.plan.map((call) => ({ ...call, candidate }));

/** A permit that names one candidate more, under the signature of the one that was signed. */
function widened({ permit }: Funded): Uint8Array {
  const body = readPermit(permit.body);
  return encodePermit({ ...body, candidates: body.candidates.map((one) => ({ ...one, id: OUTSIDER })) });
}

/** What somebody who can write to the topic may try, and what the executor must make of it. */
const FORGERIES: readonly (readonly [what: string, code: string, forge: (event: Funded) => Funded])[] = [
  ["I1 a signature that is not the gate's", "permit_invalid", (event) => ({ ...event, permit: { ...event.permit, signature: inverted(event.permit.signature) } })],
  ["I1 a permit with another candidate", "permit_invalid", (event) => ({ ...event, permit: { ...event.permit, body: widened(event) } })],
  ["I1 a plan with a candidate outside the permit", "permit_invalid", (event) => ({ ...event, funding: { ...event.funding, plan: planOf(event, OUTSIDER) } })],
  ["I1 another prompt under the same permit", "permit_invalid", (event) => ({ ...event, request: { ...event.request, prompt: writeChatPrompt({ messages: [{ role: "user", content: "Something else." }] }) } })],
  ["I2 a round that nothing was reserved for", "reservation_invalid", (event) => ({ ...event, meta: { ...event.meta, round: 7 }, funding: { ...event.funding, reservationId: reservationId(event.meta.requestId, 7) } })],
  ["I2 a reservation of another request", "reservation_invalid", (event) => ({ ...event, funding: { ...event.funding, reservationId: reservationId("other", 0) } })],
];

/** Events written by hand into the topic that the executor reads: nothing in them is believed. */
export function forgedCases(world: () => World): void {
  let funded: TopicReader;
  let executed: TopicReader;
  beforeAll(async () => {
    const { log, names } = world().client;
    funded = await TopicReader.open(log, [names.name("funded")]);
    executed = await TopicReader.open(log, [names.name("executed")]);
  });
  afterAll(() => Promise.all([funded.close(), executed.close()]));

  const newest = async <T>(reader: TopicReader, schema: "funded" | "executed", eventId: string): Promise<T> => {
    const { client } = world();
    const record = await client.eventually(`${schema} ${eventId}`, () => reader.records.findLast(({ headers }) => String(Buffer.from(headers["event-id"] ?? [])) === eventId));
    return (await client.codec.decode(schema, record.value!)) as T;
  };

  it.each(FORGERIES)("%s: no provider is called", async (_what, code, forge) => {
    // Regulated, so that the outsider is none of the permitted.
    const { requestId } = await world().ask({ riskClass: "regulated" });
    await world().client.settled([requestId]);
    const event = await newest<Funded>(funded, "funded", `${requestId}.funded.0`);
    const calls = world().callsOf(requestId).length;
    const forged = forge({ ...event, meta: { ...event.meta, eventId: `${requestId}.forged` } });
    await newest<Executed>(executed, "executed", `${requestId}.executed.0`);
    const before = executed.records.length;
    const record = message("funded", forged);
    await world().client.log.append([{ topic: world().client.names.name("funded"), key: Buffer.from(requestId), value: world().client.codec.encode("funded", forged), headers: headersOf(record) }]);
    const value = await world().client.eventually("the executor's answer", () => executed.records[before]?.value ?? undefined);
    const outcome = (await world().client.codec.decode("executed", value)) as Executed;
    expect(outcome).toMatchObject({ attempts: [], output: null, failure: { code } });
    expect(world().callsOf(requestId)).toHaveLength(calls);
  });
}
