import { type Theme, terms } from "./theme";

/** What its author marked as secret. */
export const CONFIDENTIAL: Theme = {
  ideas: {
    marked: terms(
      "strictly confidential, highly confidential, company confidential, private and confidential, commercial in confidence, confidential do not distribute, do not distribute, do not forward, internal only, for internal use only, internal use only, trade secret*, top secret, restricted distribution",
      "streng vertraulich*, vertraulich*, nur für den internen, nur intern, firmengeheimnis*, geschäftsgeheimnis*, betriebsgeheimnis*, nicht weitergeben",
      "strictement confidentiel*, confidentiel*, usage interne, secret commercial, secrets commerciaux, secret des affaires, secret de fabrication, ne pas diffuser",
      "estrictamente confidencial*, confidencial, confidenciales, uso interno, secreto comercial, secretos comerciales, secreto industrial, no difundir",
    ),
  },
  evidence: [{ name: "marked-confidential", signal: "confidential", riskClass: "high", confidence: 0.8, of: ["marked"] }],
  harmless: terms("internal only modifier, accord de confidentialité, acuerdo de confidencialidad, top secret recipe"),
};
