import path from "node:path";
import ts from "typescript";

/** A value that must be of a type written in TypeScript. */
export interface Claim {
  /** What the value is, for the message. */
  readonly what: string;
  readonly json: unknown;
  readonly type: string;
  /** The type must have a name for each of the value's fields. */
  readonly exact: boolean;
}

/**
 * Asks the compiler whether values are of the types that SDKs publish, and gives back what is wrong, claim by claim.
 * `preface` imports and shapes the types; its relative imports begin at `root`.
 */
export function wrongClaims(root: string, preface: string, claims: readonly Claim[]): string[] {
  const lines = [...preface.trim().split("\n"), ""];
  const claimOfLine = new Map<number, Claim>();
  claims.forEach((claim, index) => {
    claimOfLine.set(lines.length, claim);
    const value = JSON.stringify(claim.json);
    // A literal is asked for fields that the type does not name; a constant is not.
    lines.push(claim.exact ? `export const c${index}: ${claim.type} = ${value};` : `const v${index} = ${value} as const; export const c${index}: Readonlys<${claim.type}> = v${index};`);
  });
  const file = path.join(root, "published-types.claims.ts");
  const program = programOf(file, lines.join("\n"));
  return ts.getPreEmitDiagnostics(program).map(({ file: where, start = 0, messageText }) => {
    const claim = where?.fileName === file ? claimOfLine.get(where.getLineAndCharacterOfPosition(start).line) : undefined;
    return `${claim?.what ?? where?.fileName ?? "the compiler"}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

const READONLYS = "type Readonlys<T> = T extends object ? { readonly [K in keyof T]: Readonlys<T[K]> } : T;";

function programOf(file: string, text: string): ts.Program {
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const source = `${text}\n${READONLYS}\n`;
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? source : readFile(name));
  host.getSourceFile = (name, ...more) => (name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2024) : getSourceFile(name, ...more));
  return ts.createProgram([file], options, host);
}
