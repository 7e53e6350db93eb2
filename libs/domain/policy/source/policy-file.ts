import { type Document, LineCounter, parseDocument } from "yaml";
import { Place, type Report } from "./place";
import type { PolicyError } from "./policy-error";

/** A file of a policy folder; `path` is relative to the folder, with `/`. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

const FILE_CHARACTERS_MAX = 4 * 1024 * 1024;

/** Parses one file, keeping positions. Syntax errors are reported; the place is null when there are any. */
export function openPolicyFile(file: PolicyFile, errors: PolicyError[]): Place | null {
  const lines = new LineCounter();
  const report: Report = (offset, message, value = null, nearest = null) => {
    const { line, col } = lines.linePos(offset);
    errors.push({ file: file.path, line, column: col, value, message, nearest });
  };
  if (file.text.length > FILE_CHARACTERS_MAX) {
    report(0, `the file has ${file.text.length} characters; expected at most ${FILE_CHARACTERS_MAX}`);
    return null;
  }
  const document = parse(file.text, lines);
  if (document === null) {
    report(0, "the file is nested too deeply to be read");
    return null;
  }
  // Where YAML goes wrong once, every line after it does: the others say nothing that helps.
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) {
    report(error.pos[0], lowerFirst(error.message));
    return null;
  }
  return new Place(document.contents, 0, report, file.path);
}

function parse(text: string, lineCounter: LineCounter): Document | null {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, version: "1.2" });
  } catch (thrown) {
    // The parser recurses with the nesting of the text; everything else it reports as errors of the document.
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
