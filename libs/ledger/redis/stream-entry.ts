import type { JournalEntry, JournalPosting } from "@leverframe/budget";
import { accountFrom, overrideFrom } from "./redis-encoding";

/** One entry of the outbox stream, as `write_entry` in fence.lua writes it. The stream id is `<sequence>-0`. */
export function entryFrom(streamId: string, fields: readonly string[]): JournalEntry {
  // Names and values alternate, in the order in which the script writes them.
  const [, kind = "", , reservationId = "", , attempt = "", , requestId = "", , tenant = ""] = fields;
  const [amount, cost = "0", status = "", at, postings = "", override] = [fields[11], fields[13], fields[15], fields[17], fields[19], fields[21]];
  return {
    entryId: `${attempt === "" ? reservationId : attempt}.${kind}`,
    sequence: Number(streamId.slice(0, -"-0".length)),
    kind: kind as JournalEntry["kind"],
    reservationId,
    attemptId: attempt === "" ? null : attempt,
    requestId,
    tenant,
    amountMicroUsd: Number(amount),
    costNanoUsd: BigInt(cost),
    status,
    postings: postings === "" ? [] : postings.split("\n").map(postingFrom),
    override: override === undefined ? null : overrideFrom(override),
    atMicros: Number(at),
  };
}

/** An account's id, then both deltas, both results and the cap in force. Before there were overrides the cap was left out. */
function postingFrom(line: string): JournalPosting {
  const parts = line.split("\t");
  const named = parts.length > POSTING_PARTS ? 3 : 2;
  const [reservedDelta, settledDelta, reservedAfter, settledAfter, cap = ""] = parts.slice(named);
  return {
    ...accountFrom(parts.slice(0, named).join("\t")),
    reservedDelta: Number(reservedDelta),
    settledDelta: Number(settledDelta),
    reservedAfter: Number(reservedAfter),
    settledAfter: Number(settledAfter),
    cap: cap === "" ? null : Number(cap),
  };
}

const POSTING_PARTS = 7;
