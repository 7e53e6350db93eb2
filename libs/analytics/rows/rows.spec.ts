import fc from "fast-check";
import { decisionOf, ledgerEntryOf, NOON_MICROS, round } from "../testing/fixture";
import { decisionJson, parseDecisionJson } from "./decision-json";
import { decisionRows } from "./decision-rows";
import { ledgerEntryRows } from "./event-rows";
import { timeText } from "./row";

const money = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("rows", () => {
  it("I5 nothing is lost in the text of a decision: it reads back equal, money and signature too", () => {
    fc.assert(
      fc.property(money, money, fc.string({ unit: "grapheme" }), fc.uint8Array(), (cost, baseline, text, signature) => {
        const decision = decisionOf({
          id: "d",
          rounds: [{ ...round([]), opinionPermit: { kid: "k", body: new TextEncoder().encode(text), signature } }, round([{ costNanoUsd: cost, error: text }]), { ...round([]), funding: null, evaluation: null }],
          over: { baselineNanoUsd: baseline, attributes: { text }, permit: { kid: "k", body: new TextEncoder().encode(text), signature } },
        });
        expect(parseDecisionJson(decisionJson(decision))).toEqual(decision);
      }),
    );
    const refused = decisionOf({ id: "r", rounds: [], over: { permit: null, classification: null } });
    expect(parseDecisionJson(decisionJson(refused))).toEqual(refused);
  });

  it("are the same for a redelivered decision, under the same keys", () => {
    expect(decisionRows(decisionOf({ id: "d" }))).toEqual(decisionRows(decisionOf({ id: "d" })));
  });

  it("hold every attempt of every round, and the answering one on the decision", () => {
    const rounds = [
      round([{ attemptId: "1", outcome: "timeout", usage: null, latencyMicros: 5, costNanoUsd: 2n, notes: ["hedge_lost"] }, { attemptId: "2", latencyMicros: 7 }]),
      round([{ attemptId: "3", candidate: "large@cloud", model: "large", latencyMicros: 11 }]),
    ];
    const [decisions, attempts] = decisionRows(decisionOf({ id: "d", rounds }));
    expect(decisions!.rows).toMatchObject([
      { candidate: "large@cloud", model: "large", selected_candidate: "small@cloud", attempts: 3, escalations: 1, provider_micros: 23, input_tokens: 200, cost_nano_usd: "2002" },
    ]);
    expect(attempts!.rows.map((row) => [row.attempt_id, row.round, row.outcome, row.input_tokens, row.notes])).toEqual([
      ["1", 0, "timeout", 0, ["hedge_lost"]],
      ["2", 0, "succeeded", 100, []],
      ["3", 1, "succeeded", 100, []],
    ]);
  });

  it("of a request that was refused before it was classified name no model and no attempt", () => {
    const early = decisionOf({ id: "d", rounds: [], over: { classification: null, status: "refused" } });
    const [decisions, ...others] = decisionRows(early);
    expect(decisions!.rows).toMatchObject([{ task_type: null, candidate: null, attempts: 0, risk_signals: [], check_names: [] }]);
    expect(others).toEqual([]);
  });

  it("have one posting for each account of a journal entry", () => {
    const [entries, postings] = ledgerEntryRows(ledgerEntryOf("e"));
    expect(entries!.rows).toMatchObject([{ entry_id: "e", cost_nano_usd: "1500" }]);
    expect(postings!.rows.map((row) => [row.entry_id, row.scope])).toEqual([["e", "tenant:acme"], ["e", "department:acme/sales"]]);
    expect(ledgerEntryRows(ledgerEntryOf("e", { postings: [] }))).toHaveLength(1);
  });

  it.each([
    [0, "1970-01-01T00:00:00.000000Z"],
    [NOON_MICROS + 7, "2026-03-15T12:00:00.000007Z"],
    [999_999, "1970-01-01T00:00:00.999999Z"],
  ])("write the time %d as %s", (micros, text) => {
    expect(timeText(micros)).toBe(text);
  });
});
