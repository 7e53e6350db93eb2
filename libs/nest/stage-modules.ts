import { AppError, STAGES, type Stage } from "@leverframe/kernel";
import type { DynamicModule, Type } from "@nestjs/common";

type AnyModule = Type<unknown> | DynamicModule;

/** One module, several, or one for each stage: of these only those of the configured stages are instantiated. */
export type StageModules = AnyModule | readonly AnyModule[] | Readonly<Partial<Record<Stage, AnyModule>>>;

/** The modules that this process needs to run the stages of its configuration (none named: all). */
export function modulesFor(modules: StageModules, stages: readonly Stage[]): readonly AnyModule[] {
  if (Array.isArray(modules)) return modules as readonly AnyModule[];
  if (typeof modules === "function" || "module" in modules) return [modules as AnyModule];
  const byStage = modules as Readonly<Partial<Record<Stage, AnyModule>>>;
  const held = STAGES.filter((stage) => byStage[stage] !== undefined);
  const missing = stages.filter((stage) => !held.includes(stage));
  if (missing.length > 0) {
    throw new AppError("bad_config", `\`stages\` names ${listed(missing)}, expected stages of this process: ${listed(held)}`);
  }
  const wanted = stages.length === 0 ? held : stages;
  return [...new Set(wanted.map((stage) => byStage[stage]!))];
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
