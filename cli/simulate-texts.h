// What people in a simulated region write: short, everyday, and nothing that could point at anybody.
#pragma once

#include <array>
#include <string_view>

namespace liggare::simulation {

constexpr std::array<std::string_view, 16> NOTE_TEXTS = {
    "Samtal på mottagningen. Sover dåligt men går promenader varje dag. Vill att vi ringer chefen tillsammans.",
    "Ringde som avtalat. Har pratat med kollegorna och känner sig mindre orolig för att komma tillbaka.",
    "Berättar att trapporna hemma fungerar bättre. Längtar efter arbetskamraterna, inte efter stressen.",
    "Undrar vem hon ska vända sig till om intyget tar slut före mötet. Vi gick igenom ordningen.",
    "Har skrivit en lista på vad som går lätt och vad som är svårt på jobbet. Tas med till läkarbesöket.",
    "Orkar två timmar i taget. Behöver vila i ett tyst rum, det finns ett på arbetsplatsen.",
    "Vill inte att arbetsgivaren får veta diagnosen, bara vad han klarar. Det respekterar vi.",
    "Tolk på telefon. Förstår nu skillnaden mellan vårdens del och Försäkringskassans.",
    "Kom i sällskap med sin syster. Gick igenom planen en gång till, inga ändringar.",
    "Första veckan på halvtid gick bra utom fredagen. Vi lägger mötena tidigare på dagen.",
    "Provade bussen i rusningstid tillsammans med arbetsterapeuten. Klarade tre hållplatser.",
    "Har fått nya arbetstider av chefen. Känner att någon lyssnar.",
    "Oroar sig för ekonomin. Hänvisade till budgetrådgivningen, inget vi tar över.",
    "Vill avvakta med mötet till efter operationen. Vi hörs igen i nästa vecka.",
    "Handlederna värre efter helgen. Bokad hos fysioterapeuten, planen ligger fast.",
    "Tackar för hjälpen och säger att nästa steg klarar hon själv.",
};
constexpr std::array<std::string_view, 10> INTERVENTION_TEXTS = {
    "Gick igenom veckan och vad som ska sägas på mötet.",
    "Stämde av med behandlande läkare om vad intyget kommer att säga.",
    "Trepartssamtal om anpassade uppgifter de första fyra veckorna.",
    "Kartläggning av arbetsdagen, moment för moment.",
    "Ordnade så att fysioterapin och sömnskolan inte krockar.",
    "Hjälpte till att formulera frågorna till chefen.",
    "Samlade mottagningarnas planer till en.",
    "Stöd inför den första arbetsdagen.",
    "Följde upp hur halvtiden fungerar.",
    "Gick igenom vem som gör vad när intyget tar slut.",
};
constexpr std::array<std::string_view, 8> GROUND_TEXTS = {
    "Flera vårdkontakter som inte känner till varandra.",
    "Arbetsgivaren vet inte vilka uppgifter som fungerar.",
    "Andra sjukskrivningen på ett år.",
    "Orkar inte hålla ihop kontakterna själv.",
    "Behöver stöd för att våga ta upp anpassningar.",
    "Nytt arbete strax före sjukskrivningen.",
    "Har varit borta länge och tappat kontakten med arbetsplatsen.",
    "Intyget löper ut och ingen har planerat återgången.",
};
constexpr std::array<std::string_view, 8> GOAL_TEXTS = {
    "Åter på halvtid inom två månader",
    "Sova minst sex timmar",
    "Klara en hel förmiddag",
    "Hitta uppgifter utan tunga lyft",
    "Ha en plan som chefen känner till",
    "Åka buss till arbetet själv",
    "Full tid till våren",
    "En kontakt i stället för fyra",
};
constexpr std::array<std::string_view, 6> DECISION_TEXTS = {
    "Besök i dag, behöver läsa det som skrevs senast.",
    "Patienten ringer om sin tid.",
    "Förbereder mötet i eftermiddag.",
    "Kontrollerar vad som är bestämt.",
    "Skriver remissvar.",
    "Följer upp det vi kom överens om.",
};
constexpr std::array<std::string_view, 10> DIAGNOSES = {"F438A", "F432", "F321", "F412", "M545",
                                                        "M751",  "S832", "M797", "G932", "F331"};

}  // namespace liggare::simulation
