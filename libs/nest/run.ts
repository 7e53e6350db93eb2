import { toAppError } from "@leverframe/kernel";
import { createStageApp, type StageApp, type StageAppOptions } from "./stage-app";
import type { StageModules } from "./stage-modules";

/**
 * The whole of a service's main: boots the stages and keeps them running until SIGTERM or SIGINT, then drains and ends with
 * code 0. Ends with code 1 when it cannot start or a consumer cannot go on; a second signal ends it at once.
 */
export async function run(modules: StageModules, options: StageAppOptions = {}): Promise<void> {
  let app: StageApp;
  try {
    app = await createStageApp(modules, options);
  } catch (thrown) {
    const error = toAppError(thrown);
    // What the operator must change is said in one sentence; only a fault of ours is worth a stack.
    process.stderr.write(`leverframe: ${error.code === "internal" ? (error.stack ?? error.message) : error.message}\n`);
    process.exit(1);
  }
  // Node's own report would print the message of a foreign error, which may quote a prompt.
  process.on("uncaughtException", (err) => {
    app.logger.fatal({ err }, "uncaught error");
    process.exit(1);
  });
  const reason = await Promise.race([signalled(), app.crashed]);
  if (typeof reason === "string") app.logger.info({ signal: reason }, "draining");
  else app.logger.fatal({ err: reason }, "a consumer cannot go on");
  const closed = await app.close().then(
    () => true,
    (err: unknown) => {
      app.logger.error({ err }, "not closed in order");
      return false;
    },
  );
  process.exit(typeof reason === "string" && closed ? 0 : 1);
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (++signals > 1) process.exit(1);
        resolve(signal);
      });
    }
  });
}
