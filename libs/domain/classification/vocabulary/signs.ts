import { type Theme, terms } from "./theme";

/**
 * Ideas that say nothing alone and give no signal by themselves: the linear model weighs them together with everything
 * else. They stand for many words that it was never taught.
 */
export const SIGNS: Theme = {
  ideas: {
    body: terms(
      "head, neck, chest, belly, tummy, abdomen, back, spine, shoulder, elbow, wrist, hip, knee, ankle, foot, feet, toe, finger, leg, arm, skin, eye, eyes, ear, ears, throat, lung, lungs, liver, kidney, kidneys, bladder, bowel, stomach, heart, brain, bone, bones, joint, breast, womb, ovary, prostate, rib, ribs, jaw, tooth, gums, tongue, vein, artery, muscle, pelvis, scalp",
      "kopf, hals, brust, bauch, rücken, schulter, ellenbogen, handgelenk, hüfte, knie, knöchel, fuß, zeh, finger, bein, arm, haut, auge, augen, ohr, ohren, lunge, leber, niere, nieren, blase, darm, magen, herz, gehirn, knochen, gelenk, gebärmutter, rippe, rippen, kiefer, zahn, zähne, zunge, steiß, oberschenkel*, unterschenkel*",
      "tête, cou, poitrine, ventre, dos, épaule, coude, poignet, hanche, genou, cheville, pied, orteil, doigt, doigts, jambe, bras, peau, œil, yeux, oreille*, gorge, poumon*, foie, rein, reins, vessie, intestin, estomac, cœur, cerveau, os, sein, utérus, côtes, mâchoire, dent, dents, langue, tibia, fémur",
      "cabeza, cuello, pecho, barriga, vientre, espalda, hombro, codo, muñeca, cadera, rodilla, tobillo, pie, dedo, dedos, pierna, brazo, piel, ojo, ojos, oído, oídos, garganta, pulmón, pulmones, hígado, riñón, riñones, vejiga, intestino, estómago, corazón, cerebro, hueso*, mama, útero, costilla*, mandíbula, diente*, lengua, tibia, fémur",
    ),
    symptom: terms(
      "pain, painful, ache, sore, hurts, swollen, vomiting, throwing up, throws up, being sick, sick, nauseous, dizzy, faint, fainted, collapsed, confused, drowsy, tearful, crying, choking, chokes, swallow, breathless, wheezy, clammy, pale, yellow, itchy, bleeding, bled, weeping, oozing, numb, weak, shaking, shakes, trembling, tired, fatigue, exhausted, not eating, off her food, off his food, sleeping badly, cannot sleep, lost weight, weight loss, night sweats, temperature, fits, a fit, seizure*, fell, a fall, incontinent, wet himself, wet herself, limp, limping, hearing voices, tightness, cramps, unwell, poorly, feverish",
      "schmerzen, schmerz, weh, tut weh, geschwollen, erbricht, übel, schwindlig, ohnmächtig, verwirrt, weint, weinerlich, verschluckt, schluckt, kurzatmig, blass, gelb, juckt, blutet, nässt, taub, schwach, zittert, müde, erschöpft, isst nicht, schläft schlecht, abgenommen, gewichtsverlust, nachtschweiß, gestürzt, sturz, hinkt, hört stimmen, kaltschweißig, unterzuckert, krampft, fiebert",
      "douleur*, mal, gonflé*, vomit, vomissements, nausées, vertiges, malaise, confus, confuse, pleure, avale, fausse route, fausses routes, essoufflé*, pâle, jaune, démange, saigne, engourdi*, faible, tremble, fatigué*, épuisé*, ne mange plus, dort mal, amaigri*, amaigrissement, sueurs, tombé, tombée, chute, boite, entend des voix, convulse, désorienté*",
      "dolor*, duele, hinchad*, vomita, vomitar, náuseas, mareos, mareado, mareada, confuso, confusa, llora, traga, atraganta, pálid*, amarill*, pica, sangra, adormecid*, débil, tiembla, cansad*, agotad*, no come, duerme mal, adelgazad*, sudores, sudoroso, cayó, caída, cojea, oye voces, convulsiona, desorientad*",
    ),
    treatment: terms(
      "surgery, operation, operated, operate, op, theatre, surgeon, transfusion, transfuse, drip, iv, cannula, catheter, stoma, hoist, oxygen, ventilat*, intubat*, extubat*, dialysis, chemo, chemotherapy, radiotherapy, physio, rehab, detox, therapy, counselling, injection, jab, jabs, patch, inhaler, puffs, tablet, tablets, pills, ointment, drops, dose, dosage, mg, mcg, ml, bd, tds, od, prn, nocte, plaster cast, stitches, implant, graft, transplant, scan, x ray, ct, mri, ecg, biopsy, swab, bloods, discharge, discharged, admitted, admission, referral, referred, screening, karyotyping, vaccin*, hormones, insulin, warfarin, antibiotic*, steroid*",
      "op, operation, operiert, infusion, tropf, katheter, sauerstoff, beatmet, intubiert, dialyse, chemo, bestrahlung, reha, entzug, therapie, spritze, inhalator, tablette*, salbe, tropfen, dosis, gips, genäht, implantat, röntgen, mrt, ct, ekg, biopsie, blutabnahme, entlassung, entlassen, aufnahme, aufgenommen, überweisung, impfung, insulin, marcumar, sitzwache, lagerung, tagesklinik, pflegegrad*, krankengymnastik",
      "opération, opéré, opérée, bloc, perfusion, sonde, oxygène, intubé*, extubé*, dialyse, chimio, rayons, kiné, cure, désintoxication, sevrage, piqûre, comprimé*, pommade, gouttes, dose, posologie, plâtre, points, prothèse, greffe, scanner, irm, ecg, biopsie, prise de sang, sortie, hospitalisé*, adressé*, vaccin*, insuline, antibiotique*, rééducation, enclouage, à jeun, traitement",
      "operación, operado, operada, operan, quirófano, gotero, suero, sonda, oxígeno, intubad*, diálisis, quimio, radioterapia, fisio, desintoxicación, terapia, inyección, pastilla*, pomada, gotas, dosis, escayola, puntos, prótesis, trasplante, escáner, resonancia, ecg, biopsia, analítica, alta, ingresad*, ingreso, derivad*, vacuna*, insulina, antibiótico*, rehabilitación, tratamiento, ciclo, transfundir, ayunas",
    ),
    finding: terms(
      "bp, hr, sats, spo2, hb, wcc, crp, egfr, gfr, creatinine, creat, inr, alp, alt, ast, tsh, hba1c, troponin, trop, lipase, ferritin, glucose, glycaemia, potassium, viral load, cd4, gleason, apgar, gcs, dnacpr, nkda, copd, ms, mnd, tia, af, dvt, pe, uti, nstemi, stemi, hiv, psa, bmi, grade, stage iv, stage iii, stage ii, ward, bay, bed, icu, itu, a e, er, hx, dx, rx, pmh, o e, c o, gestation, weeks pregnant, trimester",
      "rr, hf, leukos, krea, quick, lipase, bz, blutzucker, rea, nyha, zi, zimmer, station, intensiv, notaufnahme, rtw, ssw, pflegestufe, gdb",
      "ta, fc, nfs, crp, créat, lipase, glycémie*, kaliémie, imc, chambre, service, réa, urgences, samu, sa, stade",
      "ta, fc, pcr, creatinina, lipasa, glucemia*, imc, habitación, cama, planta, uci, urgencias, semanas, gestante, cérvix, estadio",
    ),
    carer: terms(
      "doctor, dr, gp, nurse, matron, consultant, midwife, carer, carers, paramedic*, physio, psychiatrist, psychologist, therapist, pharmacist, dentist, surgeon, oncologist, paediatrician, clinic, hospital, surgery, hospice, care home, nursing home, occupational health, ambulance, mdt, camhs, counsellor, insurer",
      "arzt, ärztin, dr, schwester, pfleger, pflegerin, hebamme, betriebsarzt, psychiater*, psycholog*, apotheker*, zahnarzt, klinik, krankenhaus, praxis, pflegeheim, heim, krankenkasse, pflegedienst, kollege prof",
      "médecin, docteur, dr, infirmier*, sage femme, soignant*, psychiatre, psychologue, pharmacien*, dentiste, clinique, hôpital, ehpad, médecine du travail, cpam, mutuelle, confrère, consœur",
      "médico, médica, doctor, doctora, dr, enfermer*, matrona, cuidador*, psiquiatra, psicólogo, farmacéutic*, dentista, clínica, hospital, residencia, mutua, el de guardia, compañero médico",
    ),
    age: terms(
      "year old, years old, yr old, yo, aged, months old, early fifties, mid forties, late sixties, in her thirties, in his forties, lat, ans, de ans, mois, jährig*, jahre alt, jahre, geboren, geb, años, meses, nacido, nacida, né, née, dob, born",
    ),
    kin: terms(
      "mum, mom, dad, gran, grandma, grandpa, granny, nan, baby, toddler, twin, twins, kid, child, boy, girl, lad, lady, gentleman, wife, husband, partner, ex, daughter, son, sister, brother, cousin, niece, nephew, aunt, uncle, widow, parents, family, relatives, next of kin",
      "mama, papa, oma, opa, kind, junge, mädchen, baby, zwilling*, dame, herrn, frau, fr, hr, mann, tochter, sohn, schwester, bruder, neffe, nichte, witwe, eltern, familie, angehörige*",
      "maman, papa, mamie, papi, bébé, enfant, garçon, fille, fils, dame, monsieur, mme, mr, mari, femme, sœur, frère, neveu, nièce, veuve, parents, famille, córka, syn",
      "mamá, papá, abuela, abuelo, bebé, niño, niña, chico, chica, señora, señor, doña, don, marido, mujer, hija, hijo, hermana, hermano, sobrino, viuda, padres, familia",
    ),
    coworker: terms(
      "colleague, coworker, employee, team lead, manager, driver, apprentice, trainee, intern, cashier, receptionist, warehouse man, technician, one of my, my team, our team, staff member, new hire, in accounts, back to work, return to work, phased return, signed off, sick note, off work, absence, absences, sick days",
      "kollege, kollegin, mitarbeiter*, teamleiter*, fahrer*, azubi, praktikant*, staplerfahrer*, lagerist*, hausmeister*, krankgeschrieben, krankenschein, fehlzeit*, wiedereingliederung, bem, nachtschicht",
      "collègue, salarié*, employé*, chauffeur, apprenti*, stagiaire, vendeuse, vendeur, caissière, arrêt, reprise, mi temps, inapte, absence*",
      "compañero, compañera, empleado, empleada, conductor, aprendiz, becari*, dependienta, cajera, de baja, baja, reincorporación, media jornada, ausencia*",
    ),
    deal: terms(
      "acquire, acquires, acquiring, acquisition, takeover, take over, merger, merge, bid, bidder, bidders, offer, target, buyout, take private, spin off, carve out, divest*, sale of, stake, shares, share, premium, exclusivity, term sheet, heads of terms, nbo, spa, signing, closing, due diligence, data room, dataroom, break fee, fairness opinion, capital raise, rights issue, placement, convertible, bond, ipo, listing, refinanc*, covenant*, restat*, impairment, dividend, buyback, accretion, eps, ebit, ebitda, revenue, net loss, net profit, guidance, consensus, forecast, flash, quarter, q1, q2, q3, q4, h1, h2, fy, trial, endpoint, approval, licence, deal, m a",
      "übernehm*, übernahme*, fusion*, zusammenschluss, gebot, bieter, angebot, aktie*, aufschlag, exklusivität, unterschrift, datenraum, kapitalerhöhung, anleihe, börsengang, dividende, quartal*, umsatz, gewinn, ergebnis, ebit, prognose, konsens, abspaltung, beteiligung, studie, zulassung, transaktion",
      "rachat, rachet*, acquérir, acquisition, fusion, rapprochement, offre, cible, action*, titre, prime, exclusivité, signature, cession, augmentation de capital, obligation*, dividende, trimestre, semestre, chiffre d'affaires, résultat*, marge, consensus, prévision*, scission, essai, autorisation, opération",
      "compra, compramos, adquirir, adquisición, fusión, oferta, opa, objetivo, acción, acciones, prima, exclusividad, firma, venta, ampliación de capital, bono*, dividendo, trimestre, semestre, ingresos, resultado*, beneficio, margen, consenso, previsión, escisión, ensayo, autorización, operación",
    ),
    listed: terms(
      "listed, quoted, stock exchange, stock market, shareholders, investors, analysts, the market, share price, stock price, ticker, insider, insiders, insider list, wall crossed, blackout, closed period, ad hoc, filing, edgar, regulator, sec, ir, investor relations, the bell, market open, close of trading, options, exercise",
      "börsennotiert*, börse, börsenschluss, börsenbeginn, aktionär*, analyst*, der markt, insider*, ad hoc, bafin, kurs, kursrelevant, depot, emittent*",
      "coté, cotée, cotées, bourse, actionnaire*, analyste*, le marché, initié*, amf, cours, communiqué",
      "cotizada, cotiza, cotizamos, bolsa, accionista*, analista*, el mercado, iniciado*, cnmv, hecho relevante, emisora, cotización",
    ),
    quiet: terms(
      "not yet, nobody knows, no one knows, nobody outside, nobody has told, not out yet, isn't out, not public, unannounced, unreleased, unpublished, before announcement, until monday, until then, embargo*, not a word, keep it quiet, keep quiet, between us, secret, confidential, inner circle, deal team, need to know, hold back, will be announced, to be announced, announcement, no announcement, before the market, has no idea, have no idea, in confidence, leaks, leak, whisper, hush, only the, not been told, not released, don't tell, quiet until, undisclosed, not said anything, off the record",
      "noch nicht, niemand weiß, keiner weiß, kein wort, bis montag, bis dahin, sperrfrist, geheim, vertraulich, unter uns, kleiner kreis, kernteam, bekanntgabe, angekündigt, unangekündigt, stillschweigen, ahnt nichts, nicht öffentlich, nicht draußen, veröffentlicht wird, nicht weitersagen",
      "pas encore, personne ne sait, pas un mot, motus, jusqu'à lundi, d'ici là, embargo, secret, confidentiel, entre nous, liste fermée, équipe restreinte, annonce, annoncée, non annoncé*, non publié*, pas publié*, avant l'ouverture, après bourse, discret",
      "todavía no, aún no, nadie sabe, ni una palabra, hasta el lunes, hasta entonces, embargo, secreto, confidencial, entre nosotros, lista cerrada, solo equipo, anuncio, sin anunciar, sin publicar, antes de la apertura, no lo sabe, no ha dicho, no ha comunicado, discreto",
    ),
    published: terms(
      "public, published, publicly, press release, newspaper, newsletter, website, our site, wikipedia, who, textbook, study, studies, journal, abstract, leaflet, fact sheet, guidance of, guideline*, statistics, dataset, open data, public register, annual report, announced today, reported today, confirmed on, completed, last year, in general, usually, on average, law, legal requirement, standard, template, sample, catalogue, brochure, placebo, randomised",
      "öffentlich*, veröffentlicht*, pressemitteilung, zeitung, webseite, website, lehrbuch, studie, merkblatt, leitfaden, statistik*, geschäftsbericht*, heute, gemeldet, im allgemeinen, normalerweise, im schnitt, gesetz, muster*, katalog, prospekt, handbuch*",
      "public, publique, publié*, communiqué de presse, journal, site, manuel, étude, notice, fiche, statistique*, rapport annuel, ce matin, hier sur notre site, en général, normalement, en moyenne, la loi, modèle, catalogue, brochure",
      "público, pública, publicado, publicada, publicados, nota de prensa, periódico, web, manual, estudio, ficha, estadística*, informe anual, ayer, en general, normalmente, de media, la ley, plantilla, catálogo, folleto, dominio público",
    ),
    fiction: terms(
      "poem, novel, story, fairy tale, film, movie, series, character, characters, fictional, fiction, invented, made up, joke, riddle, puzzle, quiz, game, board game, dragon, knight, wizard, vampire, ghost, plot, chapter, scene, comic, cartoon, funny, limerick, toy, doll, dummy, cake, menu, recipe, slogan, tagline",
      "gedicht, roman, geschichte, märchen, film, serie, figur, figuren, erfunden, witz, rätsel, quiz, spiel, brettspiel, drache, ritter, komisch, lustig*, kapitel, puppe, kuchen, menü, rezept, slogan, motto",
      "poème, roman, histoire, conte, film, série, personnage*, fictif, fictive, inventé*, blague, devinette, quiz, jeu, dragon, chevalier, drôle, comique, chapitre, mannequin, gâteau, menu, recette, slogan",
      "poema, novela, cuento, película, serie, personaje*, ficticio, ficticia, inventad*, chiste, acertijo, concurso, juego, dragón, caballero, gracios*, cómic, capítulo, muñeco, tarta, menú, receta, eslogan",
    ),
    synthetic: terms(
      "synthetic, fake, faker, dummy, mock, mocked, test data, sample data, not real, no real, nothing real, demo, tutorial, example, placeholder, anonymised, anonymous, aggregated, aggregate, sandbox, documented, textbook record, john doe, jane doe, max mustermann, mustermann, seed",
      "synthetisch*, testdaten, kein echter, keine echten, beispiel*, anonym*, aggregiert*, fiktiv*, synthétique*, factice*, données de test, exemple, anonyme*, agrégé*, sintétic*, datos de prueba, ejemplo, anónim*, agregad*, ficticios",
    ),
    software: terms(
      "server, cluster, pod, pods, node, nodes, process, processes, thread, queue, cache, deploy, deployment, release, build, pipeline, repo, branch, commit, merge, diff, pr, git, docker, kubernetes, api, endpoint, function, class, constructor, variable, config, log, logs, timeout, retry, daemon, worker, job, cron, database, sql, table, index, query, script, bug, error, exception, stack, kernel, memory, cpu, oom, sigterm, sigkill, kill, orphan*, zombie, heartbeat, pulse, liveness, health check, injection, patch, version, parser, ast, regex, json, yaml, css, html, svg, token, schema, test, tests, unit test, sensor, printer, toner, battery, charger, firmware, device",
      "prozess*, warteschlange, speicher, datei, skript, fehler, fabrik, testlauf, drucker, akku, gerät, ladegerät, sitzung*, serveur, processus, fichier, imprimante, batterie, appareil, mémoire, servidor, proceso*, fichero, impresora, batería, aparato, memoria, conexiones",
    ),
    animal: terms("cat, dog, horse, hamster, bird, fish, tank, pet, vet, plant, houseplant, tree, katze, hund, pferd, tierarzt, pflanze, baum, chat, chien, cheval, vétérinaire, plante, arbre, gato, gata, perro, perra, caballo, veterinario, planta de interior, árbol"),
  },
  evidence: [],
  harmless: [],
};
