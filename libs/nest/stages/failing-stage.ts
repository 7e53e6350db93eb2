import { type AppError, type Stage, toAppError } from "@leverframe/kernel";

/** In a chain the stage that failed need not be the one that consumed the record; errors keep their class and code. */
const stageByError = new WeakMap<AppError, Stage>();

/** The thrown value as an AppError that remembers where it happened: the innermost stage that named itself. */
export function failedAt(stage: Stage, thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (!stageByError.has(error)) stageByError.set(error, stage);
  return error;
}

export const failingStageOf = (error: AppError): Stage | null => stageByError.get(error) ?? null;
