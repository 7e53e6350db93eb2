import type { JournalEntry, JournalPosting } from "@leverframe/budget";

/** One entry of the outbox stream, as `write_entry` in fence.lua writes it. The stream id is `<sequence>-0`. */
export function entryFrom(streamId: string, fields: readonly string[]): JournalEntry {
  // Names and values alternate, in the order in which the script writes them.
  const [, kind = "", , reservationId = "", , attempt = "", , requestId = "", , tenant = ""] = fields;
  const [amount, cost = "0", status = "", at, postings = ""] = [fields[11], fields[13], fields[15], fields[17], fields[19]];
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
    atMicros: Number(at),
  };
}

function postingFrom(line: string): JournalPosting {
  const [scope = "", window = "", reservedDelta, settledDelta, reservedAfter, settledAfter] = line.split("\t");
  return {
    scope,
    window,
    reservedDeltaMicroUsd: Number(reservedDelta),
    settledDeltaMicroUsd: Number(settledDelta),
    reservedAfterMicroUsd: Number(reservedAfter),
    settledAfterMicroUsd: Number(settledAfter),
  };
}
