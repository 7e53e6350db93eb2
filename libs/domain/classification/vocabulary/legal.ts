import { type Theme, terms } from "./theme";

/** Disputes and privileged advice. */
export const LEGAL: Theme = {
  ideas: {
    dispute: terms(
      "litigation*, lawsuit*, law suit, attorney client, legal privilege, privileged and confidential, work product doctrine, legal hold, litigation hold, settlement agreement*, settlement offer, settle before trial, out of court settlement, indemnification*, indemnify",
      "dispute with, legal dispute, hearing is, court date, our lawyer*, their lawyer*, barrister, prosecut*, damages claim, data protection authority, regulator's letter, labour court, labor board, employment tribunal, infring*", "other side's lawyer, deposition, depositions, summons, writ, legal notice, demand letter, cross examination, appeal court, court of appeal, judgment against, legal opinion, legal advice on our, in dispute, disputes with, opposing counsel, solicitor's letter, solicitor*, attorney*, the judge decide, judge ruled, ruling against, court ruling, verdict, take us to court, going to court, in court, legal action, legal claim*, claims discrimination, discrimination claim*, harassment claim*, tribunal*, mediation hearing, witness statement*, affidavit*, e discovery, ediscovery, liability claim*, threatened to sue, threatens to sue, filed suit, filed a suit, antitrust, whistleblow*",
      "subpoena*, cease and desist, plaintiff*, defendant*, deposition transcript, class action, court order*, court hearing, court filing, injunction*, arbitration*, arbitrator*, breach of contract, breach of duty, wrongful dismissal, unfair dismissal",
      "wrongful termination, statement of claim, regulatory investigation, patent infringement, trademark infringement, copyright infringement, sue us, suing us, sued us, legal exposure, external counsel, outside counsel, counsel advises",
      "rechtsstreit*, klageschrift*, klageverfahren, klageerwiderung*, vergleichsvereinbarung*, mandantengeheimnis*, anwaltsgeheimnis*, abmahnung*, unterlassungserklärung*, unterlassungsanspruch*, kläger*, beklagte*, schadensersatz*, schadenersatz*",
      "gerichtsverhandlung*, vor gericht, verhandlungstermin*, gericht entschied*, gerichtlich*, streit mit, datenschutzbehörde*, kartellamt*", "beschluss des arbeitsgericht*, vorladung*, streitwert*, streitverfahren*, rechtsgutachten*, anwalt*, anwält*, rechtsanwalt*, mit klage, klage gegen, klage einreichen, klagen gegen, verklag*, gegenpartei*, strafanzeige*, staatsanwaltschaft, zeugenaussage*, gerichtstermin*, urteil*, berufung einlegen, mahnbescheid*, hinweisgeber*, diskriminierungsklage*",
      "landgericht*, amtsgericht*, arbeitsgericht*, oberlandesgericht*, einstweilige verfügung, gegenseite im, schiedsverfahren*, kündigungsschutzklage*, gerichtsverfahren*, verklagt*, prozessrisik*, patentverletzung*, markenverletzung*",
      "inspection du travail, l'audience, audience au, prudhommes, autorité de la concurrence, cnil nous", "citation à comparaître, avis juridique, jugement rendu, cour d'appel, avocat, avocats, avocate, poursuit en justice, poursuite*, en justice, porter plainte, jugement du tribunal, assigne, lanceur d'alerte, harcèlement, huissier, procès",
      "litige*, contentieux, assignation*, assigné en justice, protocole transactionnel, mise en demeure, tribunal*, partie adverse, dommages et intérêts, rupture abusive, prud'hom*, plaignant*, secret professionnel, référé, action en justice, contrefaçon*",
      "juicio, el juez, la jueza, inspección de trabajo, vista oral, requerimiento judicial, procurador, juicio con", "citación del juzgado, citación judicial, requerimiento, fallo judicial, dictamen jurídico, abogado, abogada, abogados, denunciado, denunciada, denuncia, nos ha denunciado, acoso, pleito, juicio contra, nos demanda, sentencia, notario requerimiento, demandar",
      "litigio*, demanda judicial, demanda contra, demandante*, demandado*, acuerdo de conciliación, burofax, daños y perjuicios, juzgado*, tribunal*, medidas cautelares, secreto profesional, despido improcedente, arbitraje, parte contraria, querella*",
    ),
  },
  evidence: [{ name: "legal-dispute", signal: "legal", riskClass: "high", confidence: 0.8, of: ["dispute"] }],
  harmless: terms("avocado, devil's advocate, avocat aux crevettes, ball in court, tennis court"),
};
