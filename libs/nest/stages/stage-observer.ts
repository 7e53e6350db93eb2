import type { AppError, Stage } from "@leverframe/kernel";
import type { LogRecord, RuntimeObserver } from "@leverframe/log";
import type { StageMetrics } from "../health/stage-metrics";
import type { Logger } from "../logging";
import { failingStageOf } from "./failing-stage";

/** Counts and logs what a runtime does with failures. They are put down to the stage that failed, not to the one that consumed. */
export function stageObserver(consumer: Stage, metrics: StageMetrics, logger: Logger): RuntimeObserver {
  const stageLogger = logger.child({ stage: consumer });
  const describe = (record: LogRecord, err: AppError, tries: number) => {
    const { topic, partition, offset, key } = record;
    const requestId = key === null ? null : Buffer.from(key).toString("utf8", 0, 64);
    return { err, failing: failingStageOf(err) ?? consumer, topic, partition, offset: Number(offset), requestId, tries };
  };
  return {
    retried(record, error, tries) {
      metrics.meterOf(failingStageOf(error) ?? consumer).retried++;
      // Tries have no end while a store is down: every doubling is enough to see it.
      if ((tries & (tries - 1)) === 0) stageLogger.warn(describe(record, error, tries), "record is tried again");
    },
    deadLettered(record, error, tries) {
      metrics.meterOf(failingStageOf(error) ?? consumer).deadLettered++;
      stageLogger.error(describe(record, error, tries), "record went to the dead letters");
    },
    commitFailed(err) {
      stageLogger.warn({ err }, "commit is tried again");
    },
  };
}
