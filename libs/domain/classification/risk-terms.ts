import type { RiskClass } from "@leverframe/events";

/** A family of words that speak for one kind of risk. `weight` is the confidence of a single hit, 0..1. */
export interface RiskTerms {
  readonly signal: string;
  readonly riskClass: RiskClass;
  readonly confidence: number;
  /** English, German, French, Spanish. */
  readonly terms: readonly string[];
}

/** The vocabulary of the first version; a term stands in one family only. */
export const RISK_TERMS: readonly RiskTerms[] = [
  {
    signal: "phi",
    riskClass: "regulated",
    confidence: 0.9,
    terms: [
      "patient record", "patient records", "medical record", "medical records", "medical history", "diagnosed with", "clinical notes",
      "discharge summary", "lab results", "phi", "hipaa", "krankenakte", "patientenakte", "diagnose des patienten", "arztbrief",
      "dossier médical", "historique médical", "compte rendu médical", "historia clínica", "expediente médico", "historial médico",
    ],
  },
  {
    signal: "mnpi",
    riskClass: "regulated",
    confidence: 0.85,
    terms: [
      "material non public", "material nonpublic", "mnpi", "insider information", "unannounced acquisition", "unreleased earnings",
      "earnings before announcement", "insiderinformation", "insiderinformationen", "information privilégiée", "información privilegiada",
    ],
  },
  {
    signal: "legal",
    riskClass: "high",
    confidence: 0.8,
    terms: [
      "litigation", "lawsuit", "attorney client", "legal hold", "settlement agreement", "indemnification", "subpoena", "cease and desist",
      "rechtsstreit", "klageschrift", "vergleichsvereinbarung", "mandantengeheimnis", "litige", "assignation en justice", "protocole transactionnel",
      "litigio", "demanda judicial", "acuerdo de conciliación",
    ],
  },
  {
    signal: "executive",
    riskClass: "high",
    confidence: 0.75,
    terms: [
      "board of directors", "board meeting minutes", "ceo announcement", "executive compensation", "layoffs", "restructuring plan",
      "vorstandssitzung", "aufsichtsrat", "stellenabbau", "conseil d administration", "plan social", "consejo de administración", "despidos",
    ],
  },
  {
    signal: "contract",
    riskClass: "medium",
    confidence: 0.7,
    terms: [
      "contract", "contracts", "agreement", "nda", "non disclosure", "terms and conditions", "liability clause", "termination clause",
      "vertrag", "vertrages", "haftungsklausel", "kündigungsklausel", "geheimhaltungsvereinbarung", "contrat", "clause de résiliation",
      "contrato", "cláusula", "confidencialidad",
    ],
  },
  {
    signal: "pricing",
    riskClass: "medium",
    confidence: 0.65,
    terms: [
      "price list", "discount approval", "margin", "rebate", "quote for", "pricing proposal", "preisliste", "rabattfreigabe", "marge",
      "grille tarifaire", "remise", "lista de precios", "descuento",
    ],
  },
  {
    signal: "confidential",
    riskClass: "high",
    confidence: 0.8,
    terms: [
      "strictly confidential", "internal only", "trade secret", "streng vertraulich", "geschäftsgeheimnis", "strictement confidentiel",
      "secret commercial", "estrictamente confidencial", "secreto comercial",
    ],
  },
];
