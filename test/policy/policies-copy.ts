import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readPolicyFiles } from "@leverframe/policy-source";
import { Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { ROOT } from "../support/installation";

/** A copy of the shipped policies that an operator of the test edits while stages run on it. */
export class PoliciesCopy {
  readonly dir = path.join(mkdtempSync(path.join(tmpdir(), "leverframe-policies-")), "policies");

  constructor() {
    cpSync(path.join(ROOT, "policies"), this.dir, { recursive: true });
  }

  files() {
    return readPolicyFiles(this.dir);
  }

  read(file: string): string {
    return readFileSync(path.join(this.dir, file), "utf8");
  }

  /** As editors save: a draft takes the file's name. */
  write(file: string, text: string): void {
    const target = path.join(this.dir, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const draft = path.join(path.dirname(target), `.${path.basename(file)}.draft`);
    writeFileSync(draft, text);
    renameSync(draft, target);
  }

  /** Null takes the file away. */
  put(file: string, text: string | null): void {
    if (text === null) rmSync(path.join(this.dir, file));
    else this.write(file, text);
  }

  /** One more department of an application, as somebody types it into `applications.yaml`. */
  addDepartment(application: string, department: string): void {
    const file = "applications.yaml";
    const document = parseDocument(this.read(file));
    const list = document.get("applications");
    const binding = isSeq(list) ? (list as YAMLSeq<YAMLMap>).items.find((item) => isMap(item) && item.get("application") === application) : undefined;
    const departments = binding?.get("departments");
    if (!isSeq(departments)) throw new Error(`${file} has no departments of application \`${application}\``);
    departments.add(department);
    this.write(file, new Document(document.toJS()).toString());
  }

  remove(): void {
    rmSync(path.dirname(this.dir), { recursive: true, force: true });
  }
}
