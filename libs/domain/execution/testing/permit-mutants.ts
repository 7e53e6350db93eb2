import type { SignedPermit } from "@leverframe/events";
import type { Permit } from "@leverframe/permit";
import type { CallOrder } from "../call-order";
import { A, B, deploymentOf, digest, FORBIDDEN, FORGED_KEY, permitOf, request, signed, signedBytes } from "./fixtures";

/** Numbers that follow from a seed, so that a mutant that gets through can be made again. */
export class Dice {
  constructor(private state: number) {}

  /** A whole number from 0 to below `limit` (mulberry32). */
  roll(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  text(): string {
    return digest(String(this.roll(2 ** 31))).slice(0, 12);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)] as T;
  }
}

/** An order that must not lead to a call, made from one that may. */
export type Mutate = (order: CallOrder, dice: Dice) => CallOrder;

const genuine = signed(permitOf());
const ofAnotherRequest = signed(permitOf({ requestId: "01890a5d-ac96-774b-bcce-000000000000" }));
const text = new TextDecoder().decode(genuine.body);
const bytesOf = (json: string): Uint8Array => new TextEncoder().encode(json);

const withPermit = (order: CallOrder, permit: SignedPermit): CallOrder => ({ ...order, permit });
/** Other content under the signature of the genuine one. */
const withBody = (order: CallOrder, body: Uint8Array): CallOrder => withPermit(order, { ...genuine, body });
const withContent = (order: CallOrder, change: Partial<Permit>): CallOrder => withBody(order, signed(permitOf(change)).body);

function flipped(bytes: Uint8Array, dice: Dice): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let flips = 1 + dice.roll(3), bit = dice.roll(copy.length * 8); flips > 0; flips--, bit = (bit + 1 + dice.roll(97)) % (copy.length * 8)) {
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  }
  return copy;
}

const resized = (bytes: Uint8Array, dice: Dice): Uint8Array =>
  dice.roll(2) === 0 ? bytes.subarray(0, dice.roll(bytes.length)) : Uint8Array.from([...bytes, ...Array.from({ length: 1 + dice.roll(40) }, () => dice.roll(256))]);

/** The same content in other bytes. */
const REENCODINGS: readonly ((json: string, dice: Dice) => string)[] = [
  (json, dice) => JSON.stringify(JSON.parse(json), null, 1 + dice.roll(8)),
  (json, dice) => `${" ".repeat(1 + dice.roll(50))}${json}`,
  (json, dice) => `${json}${"\n".repeat(1 + dice.roll(50))}`,
  (json, dice) => json.replace(/"([a-z])/g, (whole, letter: string) => (dice.roll(3) === 0 ? `"\\u00${letter.charCodeAt(0).toString(16)}` : whole)).replace(/^\{/, "{ "),
  (json, dice) => `{"tenant":"${dice.text()}",${json.slice(1)}`,
  (json) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).reverse())),
];

export const MUTATIONS: Readonly<Record<string, Mutate>> = {
  "bits of the body flipped": (order, dice) => withBody(order, flipped(genuine.body, dice)),
  "bits of the signature flipped": (order, dice) => withPermit(order, { ...genuine, signature: flipped(genuine.signature, dice) }),
  "body cut or longer": (order, dice) => withBody(order, resized(genuine.body, dice)),
  "signature cut or longer": (order, dice) => withPermit(order, { ...genuine, signature: resized(genuine.signature, dice) }),
  "body and signature exchanged": (order, dice) =>
    withPermit(order, dice.roll(2) === 0 ? { ...genuine, body: genuine.signature, signature: genuine.body } : { ...ofAnotherRequest, signature: genuine.signature }),
  "signature of another permit": (order) => withPermit(order, { ...genuine, signature: ofAnotherRequest.signature }),
  "the same content encoded again": (order, dice) => withBody(order, bytesOf(dice.pick(REENCODINGS)(text, dice))),
  "genuine, of another request": (order, dice) => withPermit(order, signed(permitOf({ requestId: dice.text() }))),
  "genuine, presented for another request": (order, dice) => ({ ...order, requestId: dice.text() }),
  "genuine, of another tenant": (order, dice) => withPermit(order, signed(permitOf({ tenant: dice.text() }))),
  "genuine, presented for another tenant": (order, dice) => ({ ...order, tenant: dice.text() }),
  "genuine, for another prompt": (order, dice) => withPermit(order, signed(permitOf({ requestDigest: digest(dice.text()) }))),
  "genuine, presented with another prompt": (order, dice) => ({ ...order, requestDigest: digest(`${dice.text()}${request.maxOutputTokens}`) }),
  "genuine, expired before the request came": (order, dice) => withPermit(order, signed(permitOf({ expiresAt: order.receivedAtMicros - 1 - dice.roll(1_000_000) }))),
  "genuine, expired before the call": (order, dice) => withPermit(order, signed(permitOf({ expiresAt: order.receivedAtMicros + dice.roll(1_000) }))),
  "genuine, not valid yet": (order, dice) => withPermit(order, signed(permitOf({ issuedAt: order.receivedAtMicros + 90_000_000 + dice.roll(1_000_000) }))),
  "replayed for a round that nobody has funded": (order, dice) => ({ ...order, round: 1 + dice.roll(50) }),
  "an unknown key id": (order, dice) => withPermit(order, { ...genuine, kid: dice.pick([dice.text(), "", "k1 ", "K1", "__proto__", "constructor"]) }),
  "signed by a forger under our key id": (order, dice) => withPermit(order, signed(permitOf({ permitId: dice.text() }), FORGED_KEY)),
  "another candidate written into it": (order, dice) => ({
    ...withContent(order, { candidates: [{ ...permitOf().candidates[0]!, id: FORBIDDEN.id }], permitId: dice.text() }),
    candidate: FORBIDDEN.id,
    deployment: FORBIDDEN,
  }),
  "a candidate that is not in it": (order, dice) => {
    const id = dice.pick([FORBIDDEN.id, `${A.id} `, A.id.toUpperCase(), A.id.replace("a", "а"), `${A.id}\u200b`, "__proto__", "toString", dice.text()]);
    return { ...order, candidate: id, deployment: deploymentOf(id) };
  },
  "a candidate's deployment exchanged": (order, dice) => ({ ...order, deployment: dice.pick([B, FORBIDDEN, deploymentOf(dice.text())]) }),
  "in another region": (order, dice) => ({ ...order, deployment: { ...A, region: dice.pick(["us", "EU", "", dice.text()]) } }),
  "dearer than its caps": (order, dice) => ({ ...order, deployment: { ...A, price: { ...A.price, outputNanoUsd: A.price.outputNanoUsd + 1n + BigInt(dice.roll(1_000)) } } }),
  "caps, limits or times written higher": (order, dice) =>
    withContent(order, dice.pick<Partial<Permit>>([
      { expiresAt: order.receivedAtMicros + 10 ** 9 + dice.roll(10 ** 9) },
      { obligations: { ...permitOf().obligations, outputTokensMax: 1_000 + dice.roll(10_000) } },
      { candidates: permitOf().candidates.map((candidate) => ({ ...candidate, outputNanoUsdMax: 10n ** 12n + BigInt(dice.roll(1_000)) })) },
    ])),
  "signed with the right key, with a field too many": (order, dice) => {
    const body = bytesOf(`{"${dice.text()}":1,${text.slice(1)}`);
    return withPermit(order, signedBytes(body));
  },
};
