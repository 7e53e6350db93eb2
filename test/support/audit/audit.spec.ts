import type { Decision } from "@leverframe/events";
import { audit, type Evidence } from "./index";
import { ATTEMPT, signedBy, soundCall, soundDecision, soundEntries, soundPermit, soundResponse, soundRun } from "./sound-run";

const [reserved, settled, released] = soundEntries as [(typeof soundEntries)[0], (typeof soundEntries)[0], (typeof soundEntries)[0]];
const decided = (over: Partial<Decision>): Partial<Evidence> => ({ decisions: [{ ...soundDecision, ...over }] });
const called = (over: Partial<typeof soundCall>): Partial<Evidence> => ({ calls: [{ ...soundCall, ...over }] });
const classified = (riskClass: "low" | "medium") => decided({ classification: { ...soundDecision.classification!, riskClass } });
const permitted = (over: Partial<typeof soundPermit>): Partial<Evidence> => decided({ permit: signedBy({ ...soundPermit, ...over }) });
const strangeKey = { kid: "k", key: new Uint8Array(32).fill(9) };
const secondCall = { ...soundCall, seq: 2, atMs: soundCall.atMs + 1 };

/** What is spoiled, the violation that must be found, and how. */
const SPOILED: readonly (readonly [title: string, expected: string, over: Partial<Evidence>])[] = [
  ["I1 a call for a request without a permit", "I1 call-without-permit", decided({ permit: null })],
  ["I1 a call with the permit of another request", "I1 another-permit", called({ permit: "p2" })],
  ["I1 a permit made out for another request", "I1 permit-of-another-request", permitted({ requestId: "r2" })],
  ["I1 a candidate that the permit does not name", "I1 candidate-not-permitted", called({ model: "maxi" })],
  ["I1 a call after the permit's end", "I1 expired-permit", called({ atMs: soundPermit.expiresAt / 1_000 + 1 })],
  ["I1 a longer answer than permitted", "I1 longer-than-permitted", called({ outputTokensMax: 101 })],
  ["I1 a permit signed with another key", "I1 forged-permit", decided({ permit: signedBy(soundPermit, strangeKey) })],
  ["I1 a refusal asked elsewhere without leave", "I1 laundered-refusal", { calls: [{ ...soundCall, faults: ["refuse"] }, secondCall] }],
  ["I2 a call that names no attempt", "I2 call-without-attempt", called({ attempt: null })],
  ["I2 two calls for one attempt", "I2 attempt-called-twice", { calls: [soundCall, secondCall] }],
  ["I2 a call that the decision does not know", "I2 call-not-in-decision", called({ attempt: `${ATTEMPT}0` })],
  ["I2 a call that was never settled", "I2 call-without-settlement", { entries: [reserved, released] }],
  ["I2 a call without a reservation", "I2 call-without-reservation", { entries: [settled, released] }],
  ["I2 a call paid by another request", "I2 reservation-of-another-request", { entries: [{ ...reserved, requestId: "r2" }, settled, released] }],
  ["I2 a bill above the charge", "I2 billed-above-charge", called({ billedNanoUsd: "3001" })],
  ["I3 more than the cap", "I3 overspend", { capsMicroUsd: new Map([["department:acme/Sales month", 9]]) }],
  ["I3 more settled than reserved", "I3 settled-above-reserved", { entries: [reserved, { ...settled, amountMicroUsd: 4 }, released] }],
  ["I3 a charge made twice", "I3 charged-twice", { entries: [reserved, settled, { ...settled, entryId: "again", sequence: 3 }] }],
  ["I3 a balance that no entry explains", "I3 balance-not-explained", { entries: [reserved, { ...settled, postings: [] }, released] }],
  ["I3 a missing entry", "I3 gap", { entries: [reserved, settled, { ...released, sequence: 4 }] }],
  ["I3 money that stays reserved", "I3 still-reserved", { entries: [reserved, settled] }],
  ["I3 two contents of one entry", "I3 entry-with-two-contents", { entries: [...soundEntries, { ...settled, amountMicroUsd: 1 }] }],
  ["I4 a request without an answer", "I4 unanswered", { responses: [] }],
  ["I4 a request without a decision", "I4 undecided", { decisions: [], calls: [], rows: [] }],
  ["I4 two answers", "I4 two-responses", { responses: [soundResponse, { ...soundResponse, output: null }] }],
  ["I4 a second answer under another id", "I4 two-responses", { responses: [soundResponse, { ...soundResponse, eventId: "other" }] }],
  ["I4 two decisions", "I4 two-decisions", { decisions: [soundDecision, { ...soundDecision, success: false }] }],
  ["I4 an answer that nobody asked for", "I4 unasked", { requests: [] }],
  ["I4 another status than was kept", "I4 answer-and-decision-differ", decided({ status: "refused" })],
  ["I4 a cost that the attempts do not add up to", "I4 answer-and-decision-differ", decided({ costNanoUsd: 1n })],
  ["I5 a decision without a row", "I5 lost-row", { rows: [] }],
  ["I5 a row that stands twice", "I5 row-twice", { rows: ["r1", "r1"] }],
  ["I5 a row of no decision", "I5 row-from-nowhere", { rows: ["r1", "r9"] }],
  ["I6 two permits for one request", "I6 two-permits", { decisions: [soundDecision, { ...soundDecision, permit: signedBy({ ...soundPermit, rules: ["x"] }) }] }],
  ["I6 a permit without its versions", "I6 permit-without-versions", decided({ policyVersion: "" })],
  ["I7 a claimed risk class that was lowered", "I7 claim-lowered", { requests: [{ requestId: "r1", riskClass: "regulated" }] }],
  ["I7 a signal that did not count", "I7 signal-ignored", classified("low")],
];

describe("the audit", () => {
  it("finds nothing in a sound run, also when everything was delivered twice", () => {
    expect(audit(soundRun)).toEqual([]);
    const { entries, responses, decisions } = soundRun;
    expect(audit({ ...soundRun, entries: [...entries, ...entries], responses: [...responses, ...responses], decisions: [...decisions, ...decisions] })).toEqual([]);
  });

  it.each(SPOILED)("finds %s", (_title, expected, over) => {
    const found = audit({ ...soundRun, ...over }).map(({ invariant, name }) => `${invariant} ${name}`);
    expect(found).toContain(expected);
  });
});
