/** Escape sequences in a model's answer could redraw the terminal or type into it. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text without control characters other than tab and newline. */
export const printable = (text: string): string => text.replaceAll("\r\n", "\n").replaceAll(CONTROL, "�");

/** The same on one line. */
export const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, " ").trim();
