import { type AppError, toAppError } from "@leverframe/kernel";
import type { LoggerService } from "@nestjs/common";
import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

const MESSAGE_LENGTH_MAX = 500;

/** Members that hold prompt or output text. Nobody is meant to log them; if someone does, it stays out all the same. */
const TEXT_MEMBERS = ["prompt", "text", "content", "messages", "output", "value", "event", "request", "body"];

/** JSON lines on stdout. No prompt or output text is ever in them. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: {
      paths: TEXT_MEMBERS.flatMap((member) => [member, `*.${member}`, `*.*.${member}`]),
      censor: "[left out]",
    },
    hooks: {
      // Without a message of its own a line would take the error's, past the serializer.
      logMethod(this: Logger, args: unknown[], method: (...args: unknown[]) => void): void {
        const [first, message] = args;
        if (first instanceof Error) method.call(this, { err: first }, typeof message === "string" ? message : "error");
        else if (args.length === 1 && typeof first === "object") method.call(this, first, "");
        else method.apply(this, args);
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * An error as it may stand in a log. Messages of our own errors are written with care; that of a foreign one may quote
 * what it choked on (`JSON.parse` does), which may be a prompt: of those only class and stack frames are logged.
 */
export function describeError(thrown: unknown): Record<string, unknown> {
  const error: AppError = toAppError(thrown);
  const foreign = error.code === "internal" ? (error.cause ?? error) : error;
  const name = foreign instanceof Error ? foreign.name : typeof foreign;
  const described: Record<string, unknown> = { code: error.code, retryable: error.retryable };
  if (error.code === "internal") return { ...described, name, frames: framesOf(foreign) };
  return { ...described, name, message: error.message.slice(0, MESSAGE_LENGTH_MAX) };
}

/** A stack trace without its first lines, which repeat the message. */
function framesOf(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error) || !thrown.stack) return [];
  const lines = thrown.stack.slice(thrown.stack.indexOf(thrown.message) + thrown.message.length).split("\n");
  return lines.filter((line) => /^\s+at .+:\d+:\d+\)?$/.test(line)).slice(0, 8).map((line) => line.trim());
}

/** Nest's own messages in our format. Its start-up chatter is of interest to a debugging eye only. */
export function nestLogger(logger: Logger): LoggerService {
  const nest = logger.child({ part: "nest" });
  const note = (level: "debug" | "trace" | "warn") => (message: unknown, ...rest: unknown[]) =>
    nest[level]({ context: rest.at(-1) }, typeof message === "string" ? message : "see err");
  return {
    log: note("debug"),
    debug: note("debug"),
    verbose: note("trace"),
    warn: note("warn"),
    error: (message: unknown, ...rest: unknown[]) =>
      typeof message === "string"
        ? nest.error({ context: rest.at(-1) }, message)
        : nest.error({ err: message, context: rest.at(-1) }, "nest reports an error"),
  };
}
