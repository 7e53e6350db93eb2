import ts from "typescript";
import type { SourceFile } from "./source-files";

export interface MeasuredFunction {
  readonly name: string;
  readonly lines: number;
}

/** Blocks of tests are lists of cases, not functions. */
const TEST_FILE = /\.(?:spec|suite|conformance)\.ts$|\/conformance\/|^test\//;
const BLOCKS = /^(?:describe|it|test|beforeAll|beforeEach|afterAll|afterEach)\b/;

/** Every function of a file with its number of lines. A list of tests (a block's callback, a conformance suite) is left out; what is inside it counts. */
export function functionsOf({ path, text }: SourceFile): readonly MeasuredFunction[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: MeasuredFunction[] = [];
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body && !listsTests(node, file)) {
      found.push({ name: nameOf(node), lines: lineOf(node.getEnd()) - lineOf(node.getStart(file)) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The callback of a block, or a function that declares blocks. */
function listsTests(node: ts.Node, file: ts.SourceFile): boolean {
  if (!TEST_FILE.test(file.fileName)) return false;
  if (isBlock(node.parent, file)) return true;
  const declares = (inner: ts.Node): boolean => isBlock(inner, file) || (ts.forEachChild(inner, declares) ?? false);
  return ts.forEachChild(node, declares) ?? false;
}

const isBlock = (node: ts.Node, file: ts.SourceFile): boolean => ts.isCallExpression(node) && BLOCKS.test(node.expression.getText(file));

function nameOf(node: ts.Node): string {
  if ("name" in node && node.name) return (node.name as ts.Node).getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : "a nameless function";
}
