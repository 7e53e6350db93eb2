import { message } from "@leverframe/contracts";
import type { DeadLetter } from "@leverframe/events";
import { type AppError, type Stage, toAppError } from "@leverframe/kernel";
import type { LogRecord, OutgoingRecord } from "@leverframe/log";
import { traceparentOf } from "../tracing/traceparent";
import { failingStageOf } from "./failing-stage";
import type { RecordMaker } from "./publisher";

const MESSAGE_LENGTH_MAX = 2_000;

/**
 * The record that keeps what could not be processed: original key, bytes and headers, what failed and where. Id and time
 * derive from the record, so a failure that is met again after a crash writes the same dead letter. Never throws: a record
 * that is too large even for this topic (a broker with a laxer limit let it in) is kept without its value, saying so.
 *
 * @param consumer the stage whose consumer group read the record; in a chain a later stage may be the one that failed
 */
export function deadLetterOf(
  record: LogRecord,
  consumer: Stage,
  failure: { error: AppError; tries: number },
  maker: RecordMaker,
): OutgoingRecord {
  const event = eventOf(record, consumer, failure);
  const traceparent = traceparentOf(record.headers["traceparent"]) ?? undefined;
  try {
    return maker.recordOf(message("dead-letters", event), traceparent);
  } catch (thrown) {
    const lost = `${event.errorMessage}; the record's ${record.value?.length ?? 0} bytes are not kept: ${toAppError(thrown).message}`;
    const bare = { ...event, key: null, value: null, headers: {}, errorMessage: lost.slice(0, MESSAGE_LENGTH_MAX) };
    return maker.recordOf(message("dead-letters", bare), traceparent);
  }
}

function eventOf(record: LogRecord, consumer: Stage, { error, tries }: { error: AppError; tries: number }): DeadLetter {
  const { topic, partition, offset, key, value, headers, timestampMicros } = record;
  return {
    deadLetterId: `${topic}.${partition}.${offset}.${consumer}`,
    topic,
    partition,
    offset: Number(offset),
    key,
    value,
    headers,
    stage: failingStageOf(error) ?? consumer,
    errorCode: error.code,
    errorMessage: error.message.slice(0, MESSAGE_LENGTH_MAX),
    tries,
    at: timestampMicros,
  };
}
