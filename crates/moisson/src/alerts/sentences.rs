//! The sentences of each event in each language: what happened, where, what to do. Words in braces are filled in.

use super::EventKind;

/// Subject, what happened, what to do.
pub(super) type Sentences = [&'static str; 3];

/// The sentences of an event.
pub(super) fn sentences(kind: EventKind, language: &str) -> Sentences {
    let [fr, nl, de, en] = match kind {
        EventKind::Failure => FAILURE,
        EventKind::Partial => PARTIAL,
        EventKind::HeldBack => HELD_BACK,
        EventKind::Recovery => RECOVERY,
        EventKind::Stale => STALE,
        EventKind::Test => TEST,
    };
    match language {
        "fr" => fr,
        "nl" => nl,
        "de" => de,
        _ => en,
    }
}

const FAILURE: [Sentences; 4] = [
    [
        "{source} : moissonnage en échec",
        "La source « {source} » n’a pas pu être lue. Rien n’a été retiré du catalogue.",
        "Regardez si la source répond à {url} ; sinon, prévenez son exploitant. Le prochain moissonnage prévu réessaie de lui-même.",
    ],
    [
        "{source}: oogsten mislukt",
        "De bron “{source}” kon niet gelezen worden. Er is niets uit de catalogus verwijderd.",
        "Kijk of de bron antwoordt op {url}; zo niet, verwittig de beheerder ervan. De volgende geplande oogst probeert het vanzelf opnieuw.",
    ],
    [
        "{source}: Ernte fehlgeschlagen",
        "Die Quelle „{source}“ konnte nicht gelesen werden. Aus dem Katalog wurde nichts entfernt.",
        "Sehen Sie nach, ob die Quelle unter {url} antwortet; wenn nicht, geben Sie ihrem Betreiber Bescheid. Die nächste geplante Ernte versucht es von selbst wieder.",
    ],
    [
        "{source}: harvest failed",
        "The source “{source}” could not be read. Nothing was removed from the catalogue.",
        "See whether the source answers at {url}; if not, tell its operator. The next scheduled harvest tries again by itself.",
    ],
];

const PARTIAL: [Sentences; 4] = [
    [
        "{source} : lue en partie seulement",
        "La source « {source} » n’a été lue qu’en partie. Ce qui a été lu est à jour ; rien n’a été retiré du catalogue.",
        "La raison est ci-dessous. Si elle se répète, transmettez-la à l’exploitant de la source.",
    ],
    [
        "{source}: slechts gedeeltelijk gelezen",
        "De bron “{source}” is slechts gedeeltelijk gelezen. Wat gelezen is, is bijgewerkt; er is niets uit de catalogus verwijderd.",
        "De reden staat hieronder. Als ze terugkeert, geef ze dan door aan de beheerder van de bron.",
    ],
    [
        "{source}: nur teilweise gelesen",
        "Die Quelle „{source}“ wurde nur teilweise gelesen. Was gelesen wurde, ist auf dem neuesten Stand; aus dem Katalog wurde nichts entfernt.",
        "Der Grund steht unten. Wenn er sich wiederholt, geben Sie ihn an den Betreiber der Quelle weiter.",
    ],
    [
        "{source}: read only in part",
        "The source “{source}” was read only in part. What was read is up to date; nothing was removed from the catalogue.",
        "The reason is below. If it comes again, pass it on to the operator of the source.",
    ],
];

const HELD_BACK: [Sentences; 4] = [
    [
        "{source} : {n} retraits attendent votre accord",
        "La source « {source} » ne liste plus {n} fiches, plus que sa limite. Elles restent dans le catalogue jusqu’à votre décision.",
        "Regardez si elles ont vraiment disparu de {url}. Si oui : `moisson accept {name} {run}`. Sinon, ne faites rien : elles restent.",
    ],
    [
        "{source}: {n} verwijderingen wachten op uw akkoord",
        "De bron “{source}” vermeldt {n} records niet meer, meer dan haar limiet. Ze blijven in de catalogus tot u beslist.",
        "Kijk of ze werkelijk verdwenen zijn van {url}. Zo ja: `moisson accept {name} {run}`. Zo niet, doe niets: ze blijven.",
    ],
    [
        "{source}: {n} Entfernungen warten auf Ihr Einverständnis",
        "Die Quelle „{source}“ führt {n} Einträge nicht mehr auf, mehr als ihre Grenze. Sie bleiben im Katalog, bis Sie entscheiden.",
        "Sehen Sie nach, ob sie bei {url} wirklich verschwunden sind. Wenn ja: `moisson accept {name} {run}`. Wenn nicht, tun Sie nichts: sie bleiben.",
    ],
    [
        "{source}: {n} removals wait for your word",
        "The source “{source}” no longer lists {n} records, more than its limit. They stay in the catalogue until you decide.",
        "See whether they are really gone from {url}. If so: `moisson accept {name} {run}`. If not, do nothing: they stay.",
    ],
];

const RECOVERY: [Sentences; 4] = [
    [
        "{source} : tout est rentré dans l’ordre",
        "La source « {source} » a de nouveau été lue comme il faut.",
        "Il n’y a rien à faire.",
    ],
    [
        "{source}: alles weer in orde",
        "De bron “{source}” is weer gelezen zoals het hoort.",
        "U hoeft niets te doen.",
    ],
    [
        "{source}: wieder in Ordnung",
        "Die Quelle „{source}“ wurde wieder gelesen, wie es sein soll.",
        "Sie müssen nichts tun.",
    ],
    [
        "{source}: all is well again",
        "The source “{source}” was read as it should be again.",
        "There is nothing to do.",
    ],
];

const STALE: [Sentences; 4] = [
    [
        "{source} : aucun moissonnage réussi depuis {since}",
        "Aucun moissonnage de la source « {source} » n’a réussi depuis {since}. Ce que le catalogue en montre peut être dépassé.",
        "Lisez les derniers rapports de la source et regardez si elle répond à {url}. Si elle n’existe plus, désactivez-la (`enabled = false`).",
    ],
    [
        "{source}: geen geslaagde oogst sinds {since}",
        "Geen enkele oogst van de bron “{source}” is geslaagd sinds {since}. Wat de catalogus ervan toont, kan verouderd zijn.",
        "Lees de laatste verslagen van de bron en kijk of ze antwoordt op {url}. Als ze niet meer bestaat, schakel ze dan uit (`enabled = false`).",
    ],
    [
        "{source}: keine geglückte Ernte seit {since}",
        "Seit {since} ist keine Ernte der Quelle „{source}“ geglückt. Was der Katalog von ihr zeigt, kann überholt sein.",
        "Lesen Sie die letzten Berichte der Quelle und sehen Sie nach, ob sie unter {url} antwortet. Gibt es sie nicht mehr, schalten Sie sie ab (`enabled = false`).",
    ],
    [
        "{source}: no harvest succeeded since {since}",
        "No harvest of the source “{source}” succeeded since {since}. What the catalogue shows of it may be out of date.",
        "Read the last reports of the source and see whether it answers at {url}. If it is no more, switch it off (`enabled = false`).",
    ],
];

const TEST: [Sentences; 4] = [
    [
        "Essai des alertes",
        "Ceci est un essai : les alertes de ce portail arrivent ici.",
        "Il n’y a rien à faire.",
    ],
    [
        "Test van de meldingen",
        "Dit is een test: de meldingen van dit portaal komen hier aan.",
        "U hoeft niets te doen.",
    ],
    [
        "Test der Meldungen",
        "Dies ist ein Test: Die Meldungen dieses Portals kommen hier an.",
        "Sie müssen nichts tun.",
    ],
    [
        "Test of the alerts",
        "This is a test: the alerts of this portal arrive here.",
        "There is nothing to do.",
    ],
];
