import type { KafkaLogOptions } from "./kafka-options";

const MS_PER_RECORD = 1;

/**
 * Milliseconds from one fetch to the next, after a fetch that brought so many records. The more it brought, the longer: a
 * busy process then handles, calls and writes many together, while a record that comes alone is fetched as soon as ever.
 */
export function gapAfter(records: number, { fetchGapMs = 5, fetchGapMsMax = 20 }: Pick<KafkaLogOptions, "fetchGapMs" | "fetchGapMsMax">): number {
  return Math.min(Math.max(fetchGapMs, fetchGapMsMax), fetchGapMs + MS_PER_RECORD * records);
}
