import { Presets, SingleBar } from "cli-progress";
import type { Terminal } from "../terminal";

export interface AnswerProgress {
  answered(): void;
  stop(): void;
}

const SILENT: AnswerProgress = { answered: () => undefined, stop: () => undefined };

/** A bar on standard error where somebody watches; elsewhere nothing, so that logs stay clean. */
export function answerProgress(wanted: boolean, total: number, { isInteractive }: Terminal): AnswerProgress {
  if (!wanted || !isInteractive) return SILENT;
  const format = "{bar} {value}/{total} answered, {duration_formatted}";
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true, stream: process.stderr }, Presets.shades_classic);
  bar.start(total, 0);
  return { answered: () => bar.increment(), stop: () => bar.stop() };
}
