import { type Theme, terms } from "./theme";

/** What the company's leadership says, decides and plans for people, before everybody may know. */
export const LEADERSHIP: Theme = {
  ideas: {
    executive: terms(
      "board of directors, board meeting*, board minutes, board pack, board paper*, board resolution*, board only, the board only, supervisory board, executive committee, ceo announcement, ceo memo, ceo succession, cfo succession, succession plan*, executive compensation",
      "board discussion*, board decision*, board memo*, board agenda, the ceo, our ceo, follows the ceo, jobs are going, job cuts, cut jobs, cutting jobs, letting go of, let people go, lose their jobs, losing their jobs, site closure*, close the plant, close the site, closing the plant, investor call script, c suite, exco, leadership succession",
      "for the ceo, site closures, closure of two, closure of the plant, closure of the site, ceo talking points, message from the ceo, town hall script", "executive pay, executive bonus*, executive session, layoff*, lay offs, restructuring plan*, redundanc*, severance package*, workforce reduction, reduction in force, headcount reduction, plant closure*, hiring freeze, non executive director*",
      "vorstand, vorstands, geschäftsführung beschließt, geschäftsführerwechsel, schließung des werks, werkschließung*, standortschließung*, entlassungen, kündigungswelle, stellen streichen, stellenstreichung*",
      "vorstandssitzung*, vorstandsbeschluss*, vorstandsvergütung*, vorstandsvorlage*, mitteilung des vorstands, aufsichtsrat*, stellenabbau*, personalabbau*, entlassungswelle, sozialplan*, massenentlassung*, werksschließung*, restrukturierungsplan*, nachfolgeplanung*",
      "séance du conseil, directeur général, directrice générale, pdg, fermeture de l'usine, fermeture du site, suppressions d'emplois, suppression d'emplois, codir, comex",
      "suppressions d'effectifs, réduction d'effectifs, élus du personnel, délégués syndicaux, comité social", "conseil d'administration, conseil de surveillance, comité exécutif, comité de direction, plan social, plan de sauvegarde, licenciement*, suppression de postes, suppressions de postes, plan de restructuration, rémunération des dirigeants, annonce du directeur général",
      "junta directiva, director general, directora general, consejero delegado, cierre de la planta, cierre de la fábrica, recorte de plantilla",
      "consejo de administración, comité ejecutivo, comité de dirección, despido, despidos, plan de reestructuración, plan de sucesión, retribución de los directivos, expediente de regulación, anuncio del director general, reducción de plantilla",
    ),
  },
  evidence: [{ name: "leadership", signal: "executive", riskClass: "high", confidence: 0.75, of: ["executive"] }],
  harmless: terms("redundancy of disks, disk redundancy, data redundancy, redundancy check, cyclic redundancy, redundancy zone, geo redundancy, despido improcedente"),
};
