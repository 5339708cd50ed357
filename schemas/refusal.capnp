@0xa3f1d2c4b5e60720;
# Every answer "no", in order of precedence: the first that applies is the one given (text order here, codeOrder in the
# schema; ordinals only ever grow). A reader without ground never learns of a block, because secrecy comes before blocks.
# docs/ordlista.md lists them.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liggare::schema");
using import "annotations.capnp".sv;
using import "annotations.capnp".law;
using import "annotations.capnp".code;
using import "annotations.capnp".binding;

enum RefusalCode {
  none @0;

  # who asks
  commandRepeated @1 $code("R-DUP") $binding("MOTOR") $law("LogId") $sv("Samma kommando-id har redan använts för något annat.");
  # Retired but for what no command of this schema builds (NotBuilt), and for asks decided before it was built.
  notBuilt @2 $code("R-EJ-INFORT") $binding("MOTOR") $law("–") $sv("Den här åtgärden kan inte registreras ännu.");
  notAuthorised @3 $code("R-AUTH") $binding("LAG") $law("PDL 4 kap. 2 §") $sv("Du saknar ett gällande medarbetaruppdrag som täcker det här.");
  strongLoginMissing @4 $code("R-MFA") $binding("FORESKRIFT") $law("HSLF-FS 2016:40 3 kap. 15 §") $sv("Stark autentisering krävs.");
  riskAnalysisMissing @5 $code("R-BEHOVSRISK") $binding("FORESKRIFT") $law("HSLF-FS 2016:40 4 kap. 2 §") $sv("Det finns ingen gällande behovs- och riskanalys för behörigheten.");
  unknownThing @6 $code("R-OKAND") $binding("MOTOR") $law("–") $sv("Det du hänvisar till finns inte, eller finns inte i den här journalen.");
  destroyedThing @7 $code("R-DESTRUERAD") $binding("LAG") $law("PDL 8 kap. 4 §") $sv("Uppgiften är förstörd efter beslut.");

  # inner secrecy
  innerSecrecy @8 $code("R-INRE-SEKRETESS") $binding("LAG") $law("PDL 4 kap. 1 §") $sv("Du deltar inte i vården av patienten och har inte angett något annat skäl som gäller.");
  fmuOtherUnit @9 $code("R-FMU") $binding("LAG") $law("PDL 4 kap. 2 § andra stycket, SVOD 1 kap. 1 §") $sv("Uppgifter från en försäkringsmedicinsk utredning får bara nås där utredningen har gjorts.");
  innerBlock @10 $code("R-SPARR-INRE") $binding("LAG") $law("PDL 4 kap. 4 §") $sv("Patienten har spärrat uppgifterna mot andra enheter.");

  # sammanhållen vård- och omsorgsdokumentation
  svodPurpose @11 $code("R-SVOD-SYFTE") $binding("LAG") $law("SVOD 2 kap. 1 §, 3 kap. 7 §") $sv("Andra vårdgivares uppgifter får inte läsas för det här ändamålet.");
  svodNotConnected @12 $code("R-SVOD-EJ-ANSLUTEN") $binding("LAG") $law("SVOD 1 kap. 1 §") $sv("Vårdgivaren är inte ansluten till sammanhållen journalföring. Begär uppgifterna på vanligt sätt.");
  svodNotInformed @13 $code("R-SVOD-INFO") $binding("LAG") $law("SVOD 2 kap. 2 §") $sv("Patienten har inte informerats om sammanhållen journalföring.");
  outerBlock @14 $code("R-SPARR-YTTRE") $binding("LAG") $law("SVOD 2 kap. 3 §, 3 kap. 5 §") $sv("Patienten har spärrat uppgifterna mot andra vårdgivare. Bara den vårdgivare som har spärren kan häva den.");
  svodRelation @15 $code("R-SVOD-RELATION") $binding("LAG") $law("SVOD 3 kap. 1 § 1") $sv("Det finns ingen aktuell patientrelation.");
  svodConsent @16 $code("R-SVOD-SAMTYCKE") $binding("LAG") $law("SVOD 3 kap. 1 § 2") $sv("Patienten har inte samtyckt till att du läser andra vårdgivares uppgifter.");
  svodRelevance @17 $code("R-SVOD-RELEVANS") $binding("LAG") $law("SVOD 3 kap. 1 § 3") $sv("Uppgifterna kan inte antas ha betydelse för det du ska göra.");
  namesNotDue @18 $code("R-3-5") $binding("LAG") $law("SVOD 3 kap. 5 §") $sv("Villkoren för att få veta vilken vårdgivare som har spärrat är inte uppfyllda.");
  emergencyNotDue @19 $code("R-3-6") $binding("LAG") $law("SVOD 3 kap. 6 §") $sv("Villkoren för nödöppning är inte uppfyllda.");
  guardianMayNotBlock @20 $code("R-VH-SPARR") $binding("LAG") $law("PDL 4 kap. 4 § andra stycket, 7 kap. 2 §, SVOD 2 kap. 3 § andra stycket") $sv("Den som begär det får inte bestämma om det i patientens ställe. En vårdnadshavare får inte spärra barnets uppgifter.");
  blockOwner @21 $code("R-SPARR-AGARE") $binding("LAG") $law("SVOD 2 kap. 3 § tredje stycket") $sv("Bara den vårdgivare som har spärren kan häva den.");
  forbiddenSearch @22 $code("R-SOKBEGREPP") $binding("LAG") $law("PDL 2 kap. 8 §") $sv("Den uppgiften får inte användas som sökbegrepp.");

  # the thing's own state
  caseState @23 $code("R-ARENDE") $binding("MOTOR") $law("–") $sv("Ärendet är inte i ett läge där det här kan göras.");
  notSickListed @24 $code("R-EJ-SJUKSKRIVEN") $binding("LAG") $law("2019:1297 1 §") $sv("Det finns inget gällande läkarintyg om nedsatt arbetsförmåga.");
  preventiveNotDecided @25 $code("R-PREVENTIV") $binding("VARDGIVARE") $law("regionens beslut") $sv("Regionen har inte beslutat om förebyggande insatser.");
  needNotAssessed @26 $code("R-BEHOV") $binding("LAG") $law("2019:1297 3 §") $sv("Vården har inte bedömt att det finns ett behov av koordinering.");
  otherRegion @27 $code("R-REGION") $binding("LAG") $law("2019:1297 2 § första och andra stycket") $sv("En annan region ansvarar för patienten och det finns ingen överenskommelse.");
  contractMissing @28 $code("R-AVTAL") $binding("LAG") $law("2019:1297 2 § tredje stycket") $sv("Det finns inget gällande avtal för utföraren.");
  actorIsOmbud @29 $code("R-OMBUD") $binding("FORARBETE") $law("2019:1297 3 §, förarbetena om kontaktperson") $sv("Koordinatorn är kontaktperson, inte ombud.");
  contactTaken @30 $code("R-KONTAKT") $binding("MOTOR") $law("2019:1297 3 §") $sv("Ärendet har redan en kontaktperson på enheten.");
  identifierInvalid @31 $code("R-ID") $binding("MOTOR") $law("FOL 18 §, 2022:1697") $sv("Identitetsbeteckningen är inte giltig.");
  identifierTaken @32 $code("R-ID-KONFLIKT") $binding("MOTOR") $law("–") $sv("Beteckningen hör redan till en annan patient.");
  mergeUnproven @33 $code("R-MERGE") $binding("MOTOR") $law("–") $sv("Två personer och underlag krävs för att slå ihop identiteter.");
  protectedResidence @34 $code("R-SKYDD") $binding("MOTOR") $law("FOL 16 §, OSL 21 kap. 3 §, 22 kap. 1 §") $sv("Patienten har skyddade personuppgifter. Ange inte mer än regionen där patienten vistas, och lämna bara ut så att det inte röjs.");
  erasureForbidden @35 $code("R-UTPLANING") $binding("LAG") $law("PDL 3 kap. 14 §") $sv("Journaluppgifter får inte utplånas eller göras oläsliga. Rätta med en rättelse, eller ansök hos IVO om förstöring.");
  gdprErasure @36 $code("R-GDPR17") $binding("LAG") $law("GDPR art. 17.3 b och c") $sv("Journalen kan inte raderas på begäran. Patienten kan ansöka hos IVO om att den förstörs.");
  destructionUndecided @37 $code("R-8-4") $binding("LAG") $law("PDL 8 kap. 4 §, 9 kap. 1 §") $sv("Det krävs ett beslut av IVO, och för förstöring två personer.");
  copyRefusalForm @38 $code("R-8-2") $binding("LAG") $law("PDL 8 kap. 2 §, TF 2 kap., OSL 6 kap. 2-3 §§") $sv("Den som vägrar lämna ut en kopia ska göra det i rätt form: en offentlig vårdgivare med ett beslut som är motiverat och kan överklagas, en privat genom att genast överlämna frågan till IVO.");
  disposalUndecided @39 $code("R-GALLRING") $binding("LAG") $law("PDL 3 kap. 17-18 §§, HSLF-FS 2016:40 4 kap. 9 §") $sv("Gallring kräver att tiden har gått ut och att den är beslutad.");
  legalHold @40 $code("R-HOLD") $binding("MOTOR") $law("–") $sv("Uppgiften ska bevaras tills vidare.");

  # consent and secrecy
  consentC1Missing @41 $code("R-C1") $binding("LAG") $law("2019:1297 3 § andra stycket") $sv("Patienten har inte samtyckt till koordineringsinsatser vid den här tidpunkten.");
  notBeingCoordinated @42 $code("R-4P-EJ-INSATS") $binding("LAG") $law("2019:1297 4 §") $sv("Patienten får inga koordineringsinsatser, så 4 § gäller inte.");
  consentC2Missing @43 $code("R-C2") $binding("LAG") $law("2019:1297 4 §") $sv("Patienten har inte samtyckt till att Försäkringskassan informeras.");
  consentC3Missing @44 $code("R-C3") $binding("LAG") $law("OSL 25 kap. 1 §, 12 kap. 2 §; PSL 6 kap. 12 §") $sv("Patienten har inte samtyckt till att uppgifterna lämnas till den mottagaren.");
  secrecy @45 $code("R-SEKRETESS") $binding("LAG") $law("OSL 25 kap. 1 §; PSL 6 kap. 12 §") $sv("Det finns ingen grund för att lämna ut uppgifterna.");
  requestPrivateProvider @46 $code("R-110-31-PRIVAT") $binding("LAG") $law("SFB 110 kap. 31 §") $sv("En privat utförare måste ha samtycke eller ett rättsligt beslut innan begäran besvaras.");
  requestRelevance @47 $code("R-110-31-REL") $binding("LAG") $law("SFB 110 kap. 31 §") $sv("Svaret får bara innehålla det som en namngiven person har bedömt vara av betydelse.");
  consentUnspecific @48 $code("R-SAMTYCKE-OSPEC") $binding("VARDGIVARE") $law("OSL 12 kap. 2 §") $sv("Samtycket måste ange mottagare, uppgifter, ändamål och slutdatum.");
  consentTime @49 $code("R-SAMTYCKE-TID") $binding("MOTOR") $law("2019:1297 3 §") $sv("Ett samtycke gäller inte före den tidpunkt då det lämnades.");

  # form
  informationMissing @50 $code("R-INFO") $binding("VARDGIVARE") $law("–") $sv("En uppgift som måste anges saknas.");
  kindForbidden @51 $code("R-KIND") $binding("LAG") $law("2019:1297 3 § första stycket") $sv("Det är inte en koordineringsinsats. Dokumentera det som en anteckning.");
  priorityForbidden @52 $code("R-PRIO") $binding("FORARBETE") $law("2019:1297 3 §") $sv("Koordinering ger inte förtur i vården.");
  consultationMissing @53 $code("R-SAMRAD") $binding("LAG") $law("2019:1297 3 § andra stycket") $sv("Ange hur samråd med patienten skett, eller varför det inte gick.");
  notSigner @54 $code("R-SIGN") $binding("LAG") $law("PDL 3 kap. 10 §") $sv("Bara den som ansvarar för anteckningen kan signera den.");
  inTheFuture @55 $code("R-FRAMTID") $binding("MOTOR") $law("PDL 3 kap. 6 §") $sv("Det som dokumenteras kan inte ha hänt i framtiden.");
  lateWithoutReason @56 $code("R-SEN") $binding("VARDGIVARE") $law("PDL 3 kap. 9 §, GDPR art. 33.1") $sv("Det som dokumenteras eller anmäls sent kräver en förklaring.");
  secondPersonMissing @57 $code("R-TVA") $binding("VARDGIVARE") $law("–") $sv("En andra person måste godkänna.");
  selfReview @58 $code("R-JAV") $binding("MOTOR") $law("PDL 4 kap. 3 §") $sv("Den som granskar får inte granska sig själv.");
  criteriaMissing @59 $code("R-KRITERIER") $binding("MOTOR") $law("PDL 4 kap. 3 §") $sv("Bedömningen måste ange kriterier.");
}
