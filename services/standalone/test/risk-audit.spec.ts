import { decisionRowsOf, requestOf } from "../../../test/support/installation";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

const CARD = "4111 1111 1111 1111";
const IBAN = "DE89 3704 0044 0532 0130 00";
const TEXT = `Please refund the card ${CARD} and transfer the rest to ${IBAN} today.`;
const ORDER = ["low", "medium", "high", "regulated"];

describe("the risk of a request, on record", () => {
  let here: StagesHere;
  beforeAll(async () => {
    here = await StagesHere.prepare();
    await here.start(STAGE_MODULES);
  });
  afterAll(() => here?.end());

  it("risk classifications are auditable: recogniser, place and confidence of each signal stand on the stored decision, the text nowhere", async () => {
    const { client, installation } = here;
    const request = requestOf({ department: "Finance", text: TEXT });
    await client.ask(request);
    const decision = await client.decisionOn(request.requestId);
    const { riskClass, riskSignals, classifierVersion } = decision.classification!;
    expect(riskSignals.length).toBeGreaterThanOrEqual(2);
    for (const { recogniser, signal, start, end, confidence } of riskSignals) {
      expect([recogniser, signal]).not.toContain("");
      expect(TEXT.slice(start, end).length).toBe(end - start);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
    const found = riskSignals.map(({ start, end }) => TEXT.slice(start, end));
    expect(found).toContain(CARD);
    expect(found).toContain(IBAN);
    // The class is that of the gravest signal, or graver.
    const gravest = Math.max(...riskSignals.map((one) => ORDER.indexOf(one.riskClass)));
    expect(ORDER.indexOf(riskClass)).toBeGreaterThanOrEqual(gravest);
    expect(classifierVersion).not.toBe("");
    const bytes = Buffer.from(client.decisionBytes.get(request.requestId)!).toString("latin1");
    for (const secret of [CARD, IBAN, "refund"]) expect(bytes).not.toContain(secret);
    expect(await decisionRowsOf(installation, [request.requestId])).toHaveLength(1);
  });
});
