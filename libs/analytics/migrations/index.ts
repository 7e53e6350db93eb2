import decisions from "./0001_decisions.sql";
import attempts from "./0002_attempts.sql";
import ledgerEntries from "./0003_ledger_entries.sql";
import postings from "./0004_postings.sql";
import feedback from "./0005_feedback.sql";
import budgetStatus from "./0006_budget_status.sql";
import ingested from "./0007_ingested.sql";
import policyChanges from "./0008_policy_changes.sql";
import providerHealth from "./0009_provider_health.sql";
import postingUnit from "./0010_posting_unit.sql";
import postingCap from "./0011_posting_cap.sql";
import budgetStatusKinds from "./0012_budget_status_kinds.sql";
import decisionRetention from "./0013_decision_retention.sql";
import attemptRetention from "./0014_attempt_retention.sql";
import reviews from "./0015_reviews.sql";
import attemptNotes from "./0016_attempt_notes.sql";
import feedbackApplication from "./0017_feedback_application.sql";

/** One statement that leaves the same behind when it runs twice: two processes may migrate at once. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The history, append-only: what was applied somewhere is never edited, a change is a new file at the end. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "decisions", sql: decisions },
  { version: 2, name: "attempts", sql: attempts },
  { version: 3, name: "ledger_entries", sql: ledgerEntries },
  { version: 4, name: "postings", sql: postings },
  { version: 5, name: "feedback", sql: feedback },
  { version: 6, name: "budget_status", sql: budgetStatus },
  { version: 7, name: "ingested", sql: ingested },
  { version: 8, name: "policy_changes", sql: policyChanges },
  { version: 9, name: "provider_health", sql: providerHealth },
  { version: 10, name: "posting_unit", sql: postingUnit },
  { version: 11, name: "posting_cap", sql: postingCap },
  { version: 12, name: "budget_status_kinds", sql: budgetStatusKinds },
  { version: 13, name: "decision_retention", sql: decisionRetention },
  { version: 14, name: "attempt_retention", sql: attemptRetention },
  { version: 15, name: "reviews", sql: reviews },
  { version: 16, name: "attempt_notes", sql: attemptNotes },
  { version: 17, name: "feedback_application", sql: feedbackApplication },
];

/** Tables that rows are inserted into, by what they hold. */
export const TABLES = {
  decisions: "decisions_raw",
  attempts: "attempts_raw",
  ledgerEntries: "ledger_entries_raw",
  postings: "postings_raw",
  feedback: "feedback_raw",
  budgetStatus: "budget_status_raw",
  ingested: "ingested_raw",
  policyChanges: "policy_changes_raw",
  providerHealth: "provider_health_raw",
  reviews: "reviews_raw",
} as const;

export type Table = (typeof TABLES)[keyof typeof TABLES];
