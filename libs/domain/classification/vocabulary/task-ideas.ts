import { terms } from "./theme";

/** Ideas that several tasks may have, whatever the exact words (`reply`, `mail`); the linear model weighs them together. */
export const TASK_IDEAS: Readonly<Record<string, readonly string[]>> = {
  write: terms(
    "write, draft, compose, prepare, reply, respond to, answer to, word, phrase, create, make me, need, looking for, come up, suggest, produce, put together, give me, help me, outline, schreib*, verfass*, entwirf, entwerf*, formulier*, erstell*, setz, brauche, such, suche, bereite, antworte, hilf, mach",
    "écris, écrire, rédige*, prépare*, compose*, trouve, cherche, propose, réponds, aide, il me faut, besoin, donne moi, escribe, escribir, redacta*, prepara*, busco, necesito, propón, contesta*, responde, crea, ayúdame, dame, haz, unas líneas, invent*",
  ),
  message: terms(
    "letter, mail, email, e mail, message, note, invitation, lines, sentences, text, speech, toast, talking points, post, announcement, reply, caption, name, names, title, memo, card, greeting, reminder, apology, obituary, script for, brief, zeilen, sätze, nachricht, schreiben, einladung, rede, ansprache, pressemitteilung",
    "antwort, absage, titel, namen, text, beitrag, karte, grußwort, lettre, courrier, courriel, message, invitation, lignes, phrases, discours, annonce, nom, titre, texte, mot, carte, excuses, carta, correo, mensaje, invitación, líneas, frases, discurso, anuncio, nombre, título, texto, tarjeta, disculpa",
  ),
  codeThing: terms(
    "function, script, query, class, regex, regular expression, program, component, endpoint, migration, unit test, test case, test, dockerfile, makefile, workflow, pipeline, hook, loop, parser, helper, module, macro, method, funktion, skript, abfrage, programm, klasse, komponente, fonction, script, requête, programme, classe, composant",
    "función, consulta, programa, clase, componente, code, código, api, cli, bot, scraper",
  ),
  technology: terms(
    "typescript, javascript, python, java, kotlin, rust, golang, go, ruby, php, perl, scala, swift, haskell, sql, c, bash, powershell, shell, react, vue, angular, svelte, next, django, flask, rails, spring, express, nestjs, dotnet, node, npm, yarn, pip, cargo, docker, kubernetes, terraform, ansible, helm, git, github, gitlab",
    "jenkins, ci, postgres, mysql, sqlite, mongodb, redis, kafka, graphql, rest, grpc, html, css, sass, regex, linux, nginx, webpack, vite, eslint, jest, pytest, pandas, numpy, excel formula, vba, matlab, latex",
  ),
  trouble: terms(
    "error, fails, failing, failed, broken, crash*, slow, hang*, timeout, times out, bug, exception, wrong, not work, doesn't work, out of memory, takes, leak, 401, 403, 404, 500, undefined, how can i, how do i, how to, why is, why does, why do, which flag, where should i look, fehler, langsam, hängt, schlägt fehl, abstürz*, warum, wie kann ich",
    "wie lese, wie lösche, wie schreibe, wie verbinde, wie, erreur, échoue, lent, plante, comment, pourquoi, falla, lento, cuelga, cómo, por qué, ineffizient, async, parallel",
  ),
  shorter: terms(
    "short, shorten, shorter, paragraph, one sentence, a sentence, one line, main points, most important, in brief, story of, what changed, bring me up to speed, catch me up, overview, highlights, in eight lines, lines, satz, wichtigsten, wichtigste, kurz, kürze*, überblick, was hat sich, knapp, phrase, court, courte, raccourci*, principaux, points principaux",
    "essentiel, l'essentiel, survol, frase, corto, corta, breve, acorta*, principales, puntos, en qué punto, cuéntame, líneas, lignes, zeilen",
  ),
  longThing: terms(
    "notes, report, minutes, meeting, thread, article, document, memo, policy, transcript, call, chat, e mails, story, dispute, paper, survey, chapter, this, text, protokoll, bericht, sitzung, aufsichtsratssitzung, besprechung, artikel, dokument, regelung, notizen, das, umfrage, compte rendu, rapport, réunion, article, document, note, discussion, ceci",
    "notas, informe, acta, reunión, artículo, documento, hilo, encuesta, esto, juicio",
  ),
  pick: terms(
    "extract*, collect, pick, pull, get, gather, list, find, note, copy, read, name, give me, which, what, return, grab, identify, capture, locate, spot, welche, welcher, welches, such, suche, finde, gib, notier*, nenne, liste, schreib heraus, entnimm, hol, hole, quel*, note, relève, cherche, récupère, trouve, donne, extrai*, cite, qué, busca, anota, apunta",
    "saca, indica, localiza, extrae*, recoge, lista, cuál, cuáles",
  ),
  items: terms(
    "ids, id, names, name, dates, date, amount, amounts, number, numbers, address, addresses, fields, field, serials, serial, city, cities, medicines, medication, medicines, meds, dose, allergies, payee, account, totals, total, columns, keys, entities, deadlines, quantities, prices, namen, name, datum, daten, betrag, beträge, nummern, nummer, adresse, felder",
    "medikamente, dosis, städtenamen, orte, empfänger, konto, fristen, mengen, noms, nom, dates, montant, montants, numéros, numéro, adresse, champs, médicaments, dose, villes, compte, délais, nombres, nombre, fechas, importe, importes, números, número, dirección, campos, medicamentos, ciudades, cuenta, plazos, síntomas, edad, tratamiento, documento",
  ),
  contractNoun: terms(
    "contract, contracts, agreement, agreements, nda, ndas, lease, terms and conditions, clause, clauses, non compete, redline*, sla, vertrag, vertrags, verträge, mietvertrag*, lizenzvertrag*, wartungsvertrag*, arbeitsvertrag*, kaufvertrag*, rahmenvertrag*, klausel*, agb, contrat*, bail, clause*, accord, cgv, contrato*, cláusula*, acuerdo, arrendamiento",
  ),
  inspect: terms(
    "review*, check, look through, look over, look at, go through, mark, flag, compare, push back, assess, too broad, fair, balanced, risky, protect*, ok for us, safe, worried, missing, enforceable, negotiate, nasty, unusual, prüf*, durchgeh*, schau*, bewert*, nachverhandel*, verhandeln, wirksam, fehlt, benachteilig*, vergleich*, punkte, rauskommen, vérifi*, relis, relire, examine*",
    "analyse, protège*, équilibré*, flou, signale, négocier, risque*, revis*, comprueb*, comprobar, examina, protege*, equilibrad*, raro, señala, negociar, riesgo*, preocupa",
  ),
  change: terms("pull request, merge request, commit, diff, patch, changeset, my changes, branch, def, pr, const, let"),
  feedback: terms("feedback, review*, merge this, i merge, would you merge, look over, check, comments, approve, lgtm, anything wrong, think of, begutacht*, prüf*, rückmeldung, relis, avis, commentaires, revis*, opinas, comentarios"),
  offer: terms("proposal, offer, quote, quotation, tender, bid, pitch, rfp, business case, angebot, offerte, bewerbung, kostenvoranschlag, proposition, offre, devis, candidature, propuesta, oferta, presupuesto, licitación"),
  decide: terms(
    "decide, rate, sort, classify, label*, tag, assign, categori*, judge, grade, triage, route each, whether, ok to, is this, which of, or not, ordne, entscheide, bewerte, stufe, kategorisier*, einordnen, ob, décide, évalue, étiquette, catégoris*, classe*, s'agit il, decide, evalúa, etiqueta, clasific*, categoriz*, si es",
  ),
  options: terms(
    "question or, complaint or, positive, negative, neutral, emergency, urgent, routine, spam, each message, each mail, each ticket, each review, category, or not, or a complaint, bug or, frage oder, beschwerde, jede nachricht, dringend, kategorie, question ou, plainte, chaque message, catégorie, pregunta o, queja, cada mensaje, categoría",
  ),
  into: terms("in, into, to, auf, ins, zu, en, al, version, als"),
  tongue: terms(
    "german, french, spanish, italian, portuguese, polish, dutch, turkish, arabic, romanian, russian, ukrainian, czech, greek, swedish, danish, norwegian, finnish, hungarian, chinese, japanese, korean, hindi, english, deutsch*, französisch*, spanisch*, italienisch*, portugiesisch*, polnisch*, niederländisch*, türkisch*, arabisch*, rumänisch*, russisch*, englisch*",
    "allemand, français, espagnol, italien, portugais, polonais, néerlandais, turc, arabe, roumain, russe, anglais, chinois, japonais, alemán, francés, español, italiano, portugués, polaco, neerlandés, turco, árabe, rumano, ruso, inglés, chino, japonés",
  ),
  say: terms("say, put, write, need, render, translat*, tell, version, schreib*, übersetz*, übertrag*, sag, traduir*, tradui*, dis, mets, faut, traduc*, traducir, di, pon, necesito"),
  pattern: terms(
    "pattern, trend*, average, mean, median, seasonal, compare, highest, lowest, per case, per month, growth, decline, increase, correlation, drift*, distribution, outlier*, forecast, monthly, weekly, muster, durchschnitt*, mittelwert, saison*, vergleich*, höchste, wachstum, verlauf, tendance*, moyenne, médiane, évolution, saisonnier, compare*, croissance",
    "patrón, tendencia*, media, mediana, evolución, estacional, compara*, crecimiento",
  ),
  source: terms(
    "text below, policy text, following text, passage, excerpt, manual, handbook, context, document, spec, source, sources, sources below, quoted, according, dokument, handbuch, auszug, textstelle, quelle, laut, notice, extrait, manuel, selon, contexte, manual, extracto, según, contexto",
  ),
  question: terms("who, what, when, where, how many, how much, how often, tell me, so where, answer, wer, was, wann, wo, wie oft, wie viele, wie viel, qui, quand, où, combien, quelle, quién, qué, cuándo, dónde, cuánto*, cuántas"),
  puzzle: terms("how long, how far, how many, what is the chance, how old, how fast, how much, wie lange, wie weit, wie viele, wie alt, wie schnell, combien de temps, combien, quel âge, cuánto tiempo, cuántos, qué edad, how likely, logically"),
  given: terms("if, each, both, twice, half, together, hours, minutes, km, percent, wenn, jede*, beide, doppelt, zusammen, stunden, si, chaque, deux, ensemble, heures, cada, ambos, doble, juntos, horas"),
};
