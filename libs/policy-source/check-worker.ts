import { parentPort, workerData } from "node:worker_threads";
import { type PolicyCheck, checkPolicies } from "./check-policies";

/** The whole of the worker thread: one check, one message. Bundled as `dist/policy-check/main.js`. */
parentPort?.postMessage(checkPolicies(workerData as PolicyCheck));
