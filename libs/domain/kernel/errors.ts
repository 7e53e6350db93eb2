/** The closed list of error codes that may leave a room. A new one is added here, with a reason. */
export type ErrorCode =
  | "bad_input" // a value that the caller must change; the message names field, value and expectation
  | "bad_config"
  | "bad_record" // bytes that are not what their schema says
  | "record_too_large"
  | "unknown_schema"
  | "permit_invalid"
  | "reservation_invalid"
  | "conflict"
  | "unavailable" // a part that is expected to come back: log, store, provider
  | "timeout"
  | "cancelled"
  | "internal";

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(["unavailable", "timeout"]);

/** The one error class: `code` says what happened, `retryable` whether the same call may succeed later. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
  }
}

/** What was thrown as an AppError: itself when it is one, else `internal` with the original as cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("internal", message, { cause: thrown });
}
