import { AppError } from "@leverframe/kernel";
import { createLogger, nestLogger } from "./logging";

const CANARY = "canary-prompt-7f3a";

function capture(): { lines: string[]; write(line: string): void } {
  const lines: string[] = [];
  return { lines, write: (line) => void lines.push(line) };
}

function quoting(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

describe("logging", () => {
  test("no way of logging an error or an event lets prompt text out", () => {
    const out = capture();
    const logger = createLogger("trace", out);
    const foreign = quoting(CANARY) as Error;
    expect(foreign.message).toContain("canary"); // V8 quotes the beginning of what it cannot parse
    const event = { request: { requestId: "r", prompt: CANARY }, output: { text: CANARY } };
    logger.error(foreign);
    logger.error({ err: foreign });
    logger.error({ err: foreign }, "failed");
    logger.error({ err: new AppError("internal", foreign.message, { cause: foreign }) }, "failed");
    logger.info(event, "an event");
    logger.info({ event }, "an event");
    logger.info({ prompt: CANARY, nested: { prompt: CANARY } }, "a prompt");
    nestLogger(logger).error(foreign, "stack", "Context");
    expect(out.lines).toHaveLength(8);
    expect(out.lines.join("")).not.toContain("canary");
  });

  test("our own errors are logged with code and message, foreign ones with class and frames", () => {
    const out = capture();
    const logger = createLogger("info", out);
    logger.error({ err: new AppError("unavailable", "redis at `host` gave no answer") }, "failed");
    logger.error({ err: new TypeError("x is no function") }, "failed");
    const [own, foreign] = out.lines.map((line) => (JSON.parse(line) as { err: Record<string, unknown> }).err);
    expect(own).toEqual({ code: "unavailable", retryable: true, name: "AppError", message: "redis at `host` gave no answer" });
    expect(foreign).toMatchObject({ code: "internal", name: "TypeError" });
    expect(foreign!["message"]).toBeUndefined();
    expect((foreign!["frames"] as string[])[0]).toMatch(/^at .+logging\.spec\.ts:\d+:\d+/);
  });

  test("the level is kept to", () => {
    const out = capture();
    const logger = createLogger("warn", out);
    logger.info("quiet");
    logger.warn("loud");
    expect(out.lines).toHaveLength(1);
    expect(JSON.parse(out.lines[0]!)).toMatchObject({ level: "warn", msg: "loud" });
  });
});
