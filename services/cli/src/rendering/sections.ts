/** A page of labelled facts: labels in one column, wrapped texts beside them. */
export type Section = readonly (readonly [label: string, text: string])[];

const INDENT = "  ";
const TEXT_CHARACTERS_MIN = 30;

/** Facts under a title; a fact with an empty text is left out, an empty label continues the one above. */
export function sectionText(title: string, section: Section, columnsMax: number): string {
  const facts = section.filter(([, text]) => text !== "");
  const labelWidth = Math.max(0, ...facts.map(([label]) => label.length));
  const textWidth = Math.max(TEXT_CHARACTERS_MIN, columnsMax - INDENT.length - labelWidth - 2);
  const lines = facts.flatMap(([label, text]) =>
    wrapped(text, textWidth).map((line, index) => `${INDENT}${(index === 0 ? label : "").padEnd(labelWidth)}  ${line}`),
  );
  return [title, ...lines].join("\n");
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
