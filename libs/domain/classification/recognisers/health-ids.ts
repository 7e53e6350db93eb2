import { context, type Recogniser, shapes } from "./recogniser";

const END = "(?![A-Za-z0-9])";
const PHI = { signal: "phi", riskClass: "regulated" } as const;

export const HEALTH_IDS: readonly Recogniser[] = [
  {
    ...PHI,
    name: "medical-record-number",
    confidence: 0.9,
    starts: [...shapes("D", 5, 10), ...shapes("M", 6, 12)],
    pattern: new RegExp(`[A-Za-z]{0,3}\\d{5,10}${END}`, "y"),
    context: context("mrn patient patients patiente paciente patientin patienten patientennummer patientennr fallnummer nhc clinica krankenaktennummer", 3, 0),
  },
  {
    ...PHI,
    name: "icd-10-context",
    confidence: 0.85,
    starts: ["M3", "M4"],
    // The categories of ICD-10: a letter, two characters, and up to four more behind a point.
    pattern: new RegExp(`[A-TV-Z]\\d[0-9A-B](?:\\.[0-9A-Z]{1,4})?${END}`, "y"),
    context: context("diagnosis diagnoses diagnosed diagnose diagnosen hauptdiagnose nebendiagnose diagnostic diagnostics diagnostico icd icd10 cie cim encounter comorbidity", 5, 2),
  },
];
