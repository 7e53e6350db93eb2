import ts from "typescript";
import type { SourceFile } from "./source-files";

/** One place that writes to a store, or may: what it calls, and where. */
export interface StoreCall {
  readonly path: string;
  readonly line: number;
  readonly command: string;
}

/** Redis commands that change nothing, and what a client offers besides commands. Whatever is not here counts as a write. */
const REDIS_READS: ReadonlySet<string> = new Set([
  ..."config dbsize exists get hget hgetall hkeys hlen hmget hscan hvals info mget scan smembers ttl type wait xinfo xlen xrange zcard zrange zrangebyscore zscore".split(" "),
  ..."connect defineCommand disconnect exec multi on once pipeline quit".split(" "),
]);

/** Calls of Redis commands outside of Lua that may write: `redis.hset(…)`, `this.redis.del(…)`, `pipeline.del(…).hset(…)`. */
export function redisWrites(file: SourceFile): readonly StoreCall[] {
  return callsIn(file, (call) => {
    const { expression } = call;
    if (!ts.isPropertyAccessExpression(expression)) return null;
    // `hmgetBuffer` is `hmget`, answered in bytes.
    const command = expression.name.text.replace(/Buffer$/, "");
    return !REDIS_READS.has(command) && /^(?:redis|pipeline)$/.test(rootOf(expression.expression)) ? command : null;
  });
}

/** Calls that write to SQLite, and stand in no function that is handed to a group commit: `…#step(() => …)`. */
export function writesOutsideSteps(file: SourceFile, writers: RegExp): readonly StoreCall[] {
  return callsIn(file, (call) => {
    const callee = call.expression.getText().replaceAll(/\s+/g, "");
    if (!writers.test(callee) || isStep(call)) return null;
    return isInStep(call) ? null : callee;
  });
}

/** Modules that a file imports, types included. */
export function importsOf({ path, text }: SourceFile): readonly string[] {
  return ts.preProcessFile(text, true).importedFiles.map(({ fileName }) => fileName).filter((name) => name !== path);
}

function callsIn({ path, text }: SourceFile, commandOf: (call: ts.CallExpression) => string | null): readonly StoreCall[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: StoreCall[] = [];
  const visit = (node: ts.Node): void => {
    const command = ts.isCallExpression(node) ? commandOf(node) : null;
    if (command !== null) found.push({ path, command, line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `redis` of `this.redis`, of `redis.pipeline().del(…)`, of `redis`. */
function rootOf(expression: ts.Expression): string {
  if (ts.isCallExpression(expression)) return rootOf(expression.expression);
  if (ts.isPropertyAccessExpression(expression)) {
    return /^(?:redis|pipeline)$/.test(expression.name.text) ? expression.name.text : rootOf(expression.expression);
  }
  return expression.getText();
}

const isStep = (node: ts.Node): boolean => ts.isCallExpression(node) && /^this\.#(?:step|commits\.run)$/.test(node.expression.getText());

function isInStep(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isFunctionLike(at) && at.parent && isStep(at.parent)) return true;
  }
  return false;
}
