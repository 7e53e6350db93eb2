import { terms } from "./theme";

/** Endings by which medical language builds the names of illnesses and procedures, in the four languages. */
export const ILLNESS_SUFFIXES: readonly string[] = terms(
  "*itis, *itides, *ectomy, *ectomie, *ektomie, *ectomia, *aemia, *anämie, *leukemia, *ischemia, *ischémie, *anemia, *anémie, *glykämie, *glycemia, *pathy, *pathie, *patía, *plegia, *plegie, *plégie, *plejia, *paresis, *parese, *algia, *algie, *dynia, *plasty, *plastie, *scopy, *skopie, *scopie, *scopia, *stenosis, *stenose",
  "*sclerosis, *sklerose, *sclérose, *esclerosis, *thrombosis, *thrombose, *trombosis, *fibrosis, *fibrose, *cirrhosis, *zirrhose, *psychosis, *psychose, *psicosis, *neurosis, *porosis, *porose, *arthrosis, *arthrose, *artrosis, *carcinoma, *karzinom, *carcinome, *sarcoma, *sarkom, *melanoma, *melanom, *lymphoma, *lymphom, *lymphome, *linfoma",
  "*myoma, *glioma, *therapy, *therapie, *thérapie, *terapia, *phrenia, *phrenie, *phrénie, *frenia, *depression, *entzündung, *vorfall, *infarkt, *infarct, *operation, *bruch, *riss, *schmerzen, *krebs, *tumor, *fibrillation, *flimmern, *insufficiency, *insuffizienz, *insuffisance, *insuficiencia",
);

/** Words that end so by chance. */
export const NO_ILLNESS: readonly string[] = terms(
  "sympathy, empathy, antipathy, telepathy, apathy, sympathie, empathie, antipathie, simpatía, empatía, antipatía, nostalgia, nostalgie, academia, photoscopy, umbruch, abbruch, ausbruch, einbruch, durchbruch, zusammenbruch, aufbruch, cooperation, kooperation, operation, umriss, abriss, grundriss, aufriss, sympathisch",
  "steinbruch, wolkenbruch, vertragsbruch, schiffbruch, tagesanbruch, anbruch, vorfall, kooperationen, rechenoperation, mathematical operation, markdepression",
);

/** Endings of drug names: stems of the World Health Organization's list of international nonproprietary names. */
export const DRUG_SUFFIXES: readonly string[] = terms(
  "*cillin, *cilline, *cilina, *mycin, *mycine, *micina, *cyclin, *cycline, *ciclina, *floxacin, *floxacine, *floxacino, *azepam, *zolam, *statin, *statine, *statina, *sartan, *sartán, *olol, *dipin, *dipine, *dipino, *prazol, *prazole, *triptan, *triptán, *gliptin, *gliptine, *gliptina, *gliflozin, *gliflozina, *glutid, *glutide, *glutida",
  "*tidine, *tidina, *parin, *parine, *parina, *xaban, *xabán, *gatran, *grel, *izumab, *ximab, *limumab, *tinib, *ciclib, *platin, *platine, *platino, *rubicin, *rubicine, *rubicina, *taxel, *oxetin, *oxetine, *oxetina, *pramin, *pramine, *pramina, *tryptiline, *peridol, *peridone, *peridon, *tiapine, *tiapin, *tiapina, *thyroxin, *thyroxine",
  "*dronate, *dronat, *dronsäure, *profen, *profène, *profeno, *coxib, *caine, *caina, *metasone, *metason, *nisolone, *nisolon, *nisolona, *oxone, *setron, *terol, *tropium, *semide, *semid, *semida, *thiazide, *thiazid, *tiazida, *enapril, *inopril, *amipril, *ciclovir, *navir, *conazole, *conazol",
);
