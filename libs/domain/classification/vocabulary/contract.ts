import { type Theme, terms } from "./theme";

export const CONTRACT: Theme = {
  ideas: {
    contract: terms(
      "contract, contracts, contractual, agreement, agreements, nda, ndas, non disclosure, terms and conditions, liability clause*, termination clause*, indemnification clause, non compete, statement of work, governing law, master services, force majeure",
      "agenturvertrag*, licence agreement, service agreement, *vertrag, *vertrags, *vertrages, *sverträge, *sverträgen, vertrag, vertrags*, vertrages, verträge, rahmenvertrag*, mietvertrag*, kaufvertrag*, arbeitsvertrag*, dienstleistungsvertrag*, werkvertrag*, liefervertrag*, lizenzvertrag*, wartungsvertrag*, haftungsklausel*, kündigungsklausel*, geheimhaltungsvereinbarung*, allgemeine geschäftsbedingungen",
      "contrat*, clause de résiliation, clause de confidentialité, clause de non concurrence, accord cadre, accords cadres, accord de confidentialité, bail commercial, conditions générales, avenant*",
      "contrato*, cláusula de, acuerdo marco, acuerdo de confidencialidad, confidencialidad, términos y condiciones, condiciones generales",
    ),
  },
  evidence: [{ name: "contract", signal: "contract", riskClass: "medium", confidence: 0.7, of: ["contract"] }],
  harmless: terms(
    "vertragen sich, sich vertragen",
    "smart contract, smart contracts, api contract, api contracts, contract test, contract tests, contract testing, contract tracing, by contract, interface contract, data contract, contract in the cold, metals contract, muscles contract, muscle contract",
    "contract when, contract a virus, contract the virus, contract bridge, gentlemen's agreement, subject verb agreement, inter rater agreement, cláusula where, cláusula de where",
  ),
};
