import { message } from "@leverframe/contracts";
import type { DeadLetter } from "@leverframe/events";
import type { AppError, Stage } from "@leverframe/kernel";
import type { LogRecord, OutgoingRecord } from "@leverframe/log";
import { traceparentOf } from "../tracing/traceparent";
import { failingStageOf } from "./failing-stage";
import type { RecordMaker } from "./publisher";

const MESSAGE_LENGTH_MAX = 2_000;

/**
 * The record that keeps what could not be processed: original key, bytes and headers, what failed and where. Id and time
 * derive from the record, so a failure that is met again after a crash writes the same dead letter.
 *
 * @param consumer the stage whose consumer group read the record; in a chain a later stage may be the one that failed
 */
export function deadLetterOf(
  record: LogRecord,
  consumer: Stage,
  failure: { error: AppError; tries: number },
  maker: RecordMaker,
): OutgoingRecord {
  const { topic, partition, offset, key, value, headers, timestampMicros } = record;
  const event: DeadLetter = {
    deadLetterId: `${topic}.${partition}.${offset}.${consumer}`,
    topic,
    partition,
    offset: Number(offset),
    key,
    value,
    headers,
    stage: failingStageOf(failure.error) ?? consumer,
    errorCode: failure.error.code,
    errorMessage: failure.error.message.slice(0, MESSAGE_LENGTH_MAX),
    tries: failure.tries,
    at: timestampMicros,
  };
  return maker.recordOf(message("dead-letters", event), traceparentOf(headers["traceparent"]) ?? undefined);
}
