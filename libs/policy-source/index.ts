export { type ChangeSummary, changeSummary } from "./change-summary";
export { type CheckPolicies, checkHere, checkInWorker, workerFileBeside } from "./check-in-worker";
export { checkPolicies, type PolicyCheck, type PolicyVerdict } from "./check-policies";
export { readPolicyFiles } from "./folder-files";
export { openPolicyFolder, type PolicyFolderOptions, type PolicySource } from "./policy-source";
export { folderPlace, gitPlace, type PolicyPlace, type PolicyRevision, type Provenance } from "./revision";
export { type BeforeChange, type PolicyChange, type PolicyStatus, WatchedPolicy, type WatchOptions } from "./watched-policy";
