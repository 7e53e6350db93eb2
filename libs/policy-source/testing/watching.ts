import { hash } from "node:crypto";
import { CHECK_NAMES } from "@leverframe/evaluation";
import type { AppError } from "@leverframe/kernel";
import { checkHere, folderPlace, type PolicyChange, WatchedPolicy, type WatchOptions } from "../index";

/** A policy on a folder, looked at only when the test says so, and all that it announced. */
export async function watching(folder: string, more: Partial<WatchOptions> = {}) {
  const errors: AppError[] = [];
  const changes: PolicyChange[] = [];
  const policy = await WatchedPolicy.open({
    place: folderPlace(folder),
    check: checkHere,
    clock: { nowMicros: () => Date.now() * 1_000 },
    watchMs: 0,
    onError: (error) => errors.push(error),
    digest: (data) => hash("sha256", data, "hex"),
    checkNames: CHECK_NAMES,
    ...more,
  });
  policy.beforeChange((change) => Promise.resolve(void changes.push(change)));
  return { policy, changes, errors };
}
