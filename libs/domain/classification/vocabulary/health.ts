import { GIVEN_NAMES } from "./given-names";
import { DRUG_SUFFIXES, ILLNESS_SUFFIXES, NO_ILLNESS } from "./medical-suffixes";
import { MEDICAL_WORDS, PATIENT_TERMS } from "./medical-words";
import { type Theme, terms } from "./theme";

/** Health data of a person (GDPR article 9, HIPAA's protected health information). Illness alone is no signal: a person must be near. */
export const HEALTH: Theme = {
  ideas: {
    record: terms(
      ...PATIENT_TERMS,
      "patient record, patient records, medical record, medical records, medical history, clinical notes, clinical note, discharge summary, discharge summaries, discharge letter",
      "radiology report, pathology report, protected health information, hipaa, patient chart, doctor's certificate, sick note, fit note, medical certificate, care plan of",
      "krankenakte*, patientenakte*, arztbrief*, entlassungsbrief*, krankengeschichte*, krankschreibung*, krankmeldung*, arbeitsunfähigkeitsbescheinigung*, diagnose des patienten, patientendaten",
      "dossier médical, dossiers médicaux, dossier patient, dossier du patient, dossier de la patiente, historique médical, compte rendu médical, compte rendu d'hospitalisation, compte rendu opératoire",
      "arrêt maladie, arrêt de travail, certificat médical, secret médical, données de santé",
      "historia clínica, historias clínicas, expediente médico, historial médico, informe de alta, informe médico, baja médica, parte de baja, certificado médico, datos de salud",
    ),
    selfReport: terms(
      "i was diagnosed, i have been diagnosed, i am hiv positive, i'm hiv positive, my diagnosis, bei mir wurde, meine diagnose, ich leide an, ich bin an, on m'a diagnostiqué, je souffre d'un, je souffre d'une, mon diagnostic",
      "me diagnosticaron, me han diagnosticado, mi diagnóstico, padezco",
    ),
    person: terms(
      ...GIVEN_NAMES,
      "he, she, his, her, him, woman, a man, the man, old man, aged man, girl, boy, female, male, mother, father, daughter, son, wife, husband, sister, brother, grandmother, grandfather, aunt, uncle, toddler, infant, newborn, resident, tenant, our manager, our supervisor",
      "mutter, vater, tochter, sohn, ehefrau, ehemann, schwester, bruder, oma, opa, tante, onkel, säugling, kundin, hr, fr, seiner, seinem, seinen, ihrem, ihrer, mann, weiblich, männlich, chef, chefin, teamleiter*, leiter, leiterin",
      "pour m, homme, femme, fille, fils, mère, père, sœur, frère, grand mère, grand père, tante, oncle, nourrisson, elle, notre chef, notre directeur, notre directrice, cliente, hombre, mujer, hija, hijo, madre, padre, hermana, hermano, abuela, abuelo, tía, tío, bebé, ella, nuestro jefe, nuestra jefa, clienta, que empieza",
      "patient, patients, pt, inpatient, outpatient, mr, mrs, ms, employee, employees, colleague, coworker, teammate, staff member, my wife, my husband, my son, my daughter, my mother, my father, my child",
      "my patients, relatives of, caller's son, caller's daughter, the caller, he is on, she is on, he takes, she takes, he has, she has, told me he, told me she, driver, apprentice, teacher, neighbour, tenant, client's son, boyfriend, girlfriend, wife's, husband's, son's, daughter's, mother's, father's, our intern, our trainee, our cashier",
      "your father, your mother, your son, your daughter, his wife, her husband, year old, years old, policyholder, insured person, claimant, member id, applicant",
      "pat, ihr mann, ihre frau, sein vater, seine mutter, ihr sohn, ihre tochter, azubi, praktikant*, bewohner*, klient*, angehörige*, mir anvertraut, männl, weibl, dass er, dass sie, hat er, hat sie", "patientin*, patienten, patient, herr, herrn, frau, mitarbeiter*, kollege*, kollegin*, angestellte*, meine frau, mein mann, mein sohn, meine tochter, mein vater, meine mutter, versicherte*, jährige*, bewerber*",
      "apprenti, apprentie, stagiaire, résident, résidente, notre comptable, qui est, son épouse, sa mère, son père", "patiente, patientes, monsieur, madame, mme, salarié*, collègue*, employé*, ma femme, mon mari, mon fils, ma fille, mon père, ma mère, assuré*",
      "compañero, compañera, aprendiz, becario, becaria, varón, su esposa, su marido, su madre, su padre, usuaria, residente", "paciente, pacientes, señor, señora, sr, sra, empleado, empleada, empleados, trabajador, trabajadora, mi mujer, mi esposa, mi marido, mi hijo, mi hija, mi padre, mi madre, asegurado*",
    ),
    sickLeave: terms("sick leave, medical leave, disability leave, off sick, unfit for work, krankgeschrieben*, arbeitsunfähig*, en congé maladie, de baja por, incapacidad temporal"),
    illness: terms(
      ...ILLNESS_SUFFIXES,
      ...MEDICAL_WORDS,
      "hospital, in surgery, knee replacement, hip replacement, crutches, wound, slipped disc, herniated disc, broken hip, broken leg, broken arm, broken wrist, headache, stiff neck, haemoglobin, hemoglobin, inhaler, stroke unit, maternity, x ray, blood count, treated for, treatment for, latex, smoker, lung mass, bandage*, stitches, relapsed, disc prolapse",
      "bandscheibe*, verwirrt, gehhilfe*, inhalator, op, kopfschmerz*, rückenschmerz*, wunde*, hämoglobin, geschwür*, bestrahlung*, chemo, raucher, kur, pflegegrad, pflegestufe, inkontinen*, parkinson, alzheimer, herzschrittmacher, impfung, fumeur, poumon, cure de désintoxication, désintoxication, hôpital, blessé*, plaie, chimio, alzheimer, béquille*",
      "hospital, fumador, pulmón, muletas, herida, tratamiento, se pauta, alta médica, desintoxicación, marcapasos, alzheimer, ingreso hospitalario, vómito*, diarrea, cefalea, mareo*",
      "diagnos*, diagnóstico*, prognosis, symptom*, síntoma*, biopsy, chemotherap*, chemo, radiotherap*, surger*, surgical, hospitali*, admitted with, admitted to hospital, medication*, prescri*, dosage, dose, doses, overdose, blood sugar",
      "blood pressure, blood test, lab results, lab values, chest pain, shortness of breath, oxygen saturation, cancer, tumour*, tumor*, diabet*, hiv, aids, asthma, pneumonia, stroke, heart attack, infarct*, dementia, alzheimer*, parkinson*",
      "multiple sclerosis, epileps*, depression, depressive, burnout, bipolar, schizophren*, anxiety, anorexi*, miscarriage, pregnan*, fracture*, hernia, kidney failure, dialysis, transplant*, hepatitis, tuberculosis, copd, psoriasis, arthritis",
      "epilep*, seizure*, migraine*, panic attack*, arrhythmia*, hypertension, hypertensive, htn, t2dm, t1dm, operating theatre, appendix, appendicitis, appendectomy, vomit*, infusion*, physiotherap*, meniscus, ligament tear, concussion, sprain*, eczema, lupus, leukaemia, leukemia, lymphoma, melanoma, metasta*",
      "crohn*, colitis, cirrhosis, gastritis, ulcer, sepsis, anaemia, anemia, thyroid, insomnia, ptsd, adhd, autism, autistic, suicid*, self harm, eating disorder, addiction, rehab, detox, relapse, remission, palliative, hospice, stent, pacemaker, catheter, caesarean, ivf, abortion, menopause, infertil*, hpv, std, covid*, intensive care, icu, emergency room, insulin pump, wheelchair, disabilit*, impairment",
      "hba1c, mri scan, ct scan, ecg, ekg, fever, cough, dizziness, wheez*, rash, nausea, allerg*, pain level, reported pain, complains of",
      "migräne*, luftnot, herzrhythmusstörung*, vorhofflimmern, bluthochdruck, hypertonie, panikattacke*, epileps*, krampfanfall*, bandscheibenvorfall*, blinddarm*, kreuzband*, gehirnerschütterung*, magersucht, sucht, alkoholsucht, entzug, fehlgeburt*, kaiserschnitt*, intensivstation*, krankenhaus, klinik, tablette*, spritze*, infusion*, dialyse, leukämie, metastase*, herzinsuffizienz, aufgenommen wegen, behinder*, schwerbehind*",
      "erkrank*, krebs*, diagnostizier*, befund*, laborwert*, blutzucker*, blutdruck*, blutwert*, medikament*, verordn*, dosis, dosierung*, schlaganfall*, herzinfarkt*, demenz*, lungenentzündung*, bruch des, fraktur*, atemnot, brustschmerz*, schwanger*",
      "operiert, fieber, reha, rehabilitation, allergie*, angststörung*, depression*, arthrose, unverträglichkeit*, psychotherap*, röntgen*",
      "épileps*, migraine*, hypertension, hypertendu*, arythmie, dialyse, fracture*, entorse*, bassin fracturé, fausse couche, césarienne, soins intensifs, réanimation, urgences, leucémie, métastase*, angine, bronchite, asthme, diabétique*, hémorragie, handicap*, invalidité, alcoolisme, addiction, anxiété, crise d'angoisse, crises d'angoisse, vih, séropositi*, perfusion*, comprimé*, prothèse*",
      "souffre, souffrant, diabète, dépression, hospitalisé*, opéré*, douleur*, fièvre, ordonnance*, tumeur*, maladie, grossesse, enceinte, allergi*, chimiothérap*, posologie, glycémie, symptôme*, avc, arthrose, toux",
      "arritmia*, hipertenso, hipertensa, hipertensión, migraña*, epileps*, diálisis, fractura*, esguince*, aborto, cesárea, cuidados intensivos, urgencias, leucemia, metástasis, asma, diabétic*, infarto*, ictus, discapacidad, alcoholismo, adicción, ansiedad, depresión, vih, comprimido*, quimio, prótesis, cirugía, operaron, intervenid*, enferm*",
      "dolor torácico, dolor abdominal, fiebre, receta, tumor*, cáncer, embarazo, embarazada, hospitalizad*, ingresad*, operó, operad*, alergia*, ansiedad, quimioterap*, neumonía, hemorragia, diagnosticaron, diagnosticad*, enfermedad, dosis, glucemia, tos",
    ),
    drug: terms(
      ...DRUG_SUFFIXES,
      "metformin*, insulin*, warfarin*, heparin*, atorvastatin*, simvastatin*, rosuvastatin*, lisinopril*, ramipril*, enalapril*, losartan*, valsartan*, amlodipin*, metoprolol*, bisoprolol*, atenolol*, furosemid*, omeprazol*, pantoprazol*",
      "escitalopram*, cisplatin*, cortison*, ozempic, xarelto, eliquis, lyrica, pregabalin*, gabapentin*, codein*, ritalin*, prozac, zoloft, xanax, valium, insulina, adalimumab, rituximab, hydroxychloroquin*, allopurinol*, spironolacton*, torasemid*, metamizol*, novalgin, ventolin, pill, pills, tabletten",
      "amoxicil*, azithromycin*, ciprofloxacin*, doxycyclin*, penicil*, ibuprofen*, paracetamol*, acetaminophen, aspirin*, morphin*, morfin*, oxycodon*, fentanyl*, tramadol*, methadon*, sertralin*, fluoxetin*, citalopram*, venlafaxin*",
      "diazepam*, lorazepam*, lithium carbonate, methylphenidat*, risperidon*, quetiapin*, levothyrox*, prednison*, prednisolon*, salbutamol*, albuterol, tamoxifen*, semaglutid*, methotrexat*, clopidogrel*, apixaban*, rivaroxaban*",
    ),
  },
  evidence: [
    { name: "health-record", signal: "phi", riskClass: "regulated", confidence: 0.9, of: ["record"] },
    { name: "health-of-oneself", signal: "phi", riskClass: "regulated", confidence: 0.85, of: ["selfReport"] },
    { name: "health-of-a-person", signal: "phi", riskClass: "regulated", confidence: 0.85, of: ["person", "illness"] },
    { name: "medication-of-a-person", signal: "phi", riskClass: "regulated", confidence: 0.85, of: ["person", "drug"] },
    { name: "sick-leave-with-cause", signal: "phi", riskClass: "regulated", confidence: 0.85, of: ["sickLeave", "illness"] },
  ],
  harmless: terms(...NO_ILLNESS, "he man, man page, man pages, man in the middle, old man and the sea, monsieur patate, gold fever, fiebre del oro, fièvre de l'or, fièvre de cheval, avoir une fièvre, stroke width, stroke of luck, be patient, more patient, stay patient, remain patient, rester patient, ser paciente, más paciente, patient zero, patientzero, employee benefits, frau holle"),
};
