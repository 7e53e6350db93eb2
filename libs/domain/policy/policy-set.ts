import type { Catalog } from "@leverframe/catalog";
import type { Alerts } from "./alerts";
import type { Applications } from "./applications";
import type { Attribute } from "./attributes";
import type { Budgets } from "./budgets";
import type { Acknowledgement, Proof } from "./analysis/proofs";
import type { PolicyCase } from "./cases";
import type { RuleIndex } from "./compiled-rules";
import type { Directory } from "./directory";
import type { OriginFacts } from "./origin-facts";
import type { Routes } from "./routes";
import type { Rule } from "./rules";

/** Everything that a valid policy folder says, compiled. Immutable: a reload makes a new one and swaps the reference. */
export interface PolicySet {
  /** sha256 of the canonical JSON of everything but catalog (it has its own version) and cases. */
  readonly version: string;
  readonly catalog: Catalog;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly routes: Routes;
  /** Sorted by id. */
  readonly rules: readonly Rule[];
  readonly index: RuleIndex;
  readonly budgets: Budgets;
  /** Who is told what about budgets: no decision depends on it. */
  readonly alerts: Alerts;
  readonly applications: Applications;
  readonly directory: Directory;
  readonly facts: OriginFacts;
  readonly cases: readonly PolicyCase[];
  /** What must hold for every request: shown by `analysis`, not by cases. */
  readonly proofs: readonly Proof[];
  /** Findings of lint that are meant to be so. */
  readonly acknowledgements: readonly Acknowledgement[];
}
