import type { AppError } from "@leverframe/kernel";
import type { LogRecord, OutgoingRecord } from "../log";

/** Why a record is given up, after how many tries. */
export interface Failure {
  readonly error: AppError;
  readonly tries: number;
}

/** Builds what is produced in place of a record's outputs. Must not throw: a record that can't even be buried stops its partition. */
export type DeadLetter = (record: LogRecord, failure: Failure) => OutgoingRecord;
