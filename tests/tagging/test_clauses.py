"""What the grammar of a clause decides: who leaves where for where, anaphora, separable verbs, guards (invented)."""

from collections.abc import Set

import pytest

from processors.tagging.tagger import Tagger

MOVES = frozenset({"troop-deployment", "troop-withdrawal"})

BOUND = [  # leaving home for a place is a deployment, leaving a foreign country a withdrawal
    ("fr", {"troop-deployment"}, "Quatre-vingts chasseurs alpins ont quitté Annecy lundi pour l'Estonie."),
    ("fr", {"troop-deployment"}, "Deux cents gendarmes béninois ont quitté Cotonou mardi pour Haïti."),
    ("fr", {"troop-withdrawal"}, "Les soldats suédois ont quitté le Mali mercredi, après deux ans de présence."),
    ("en", {"troop-deployment"}, "The first 80 Finnish soldiers left Helsinki on Monday for Lebanon."),
    ("en", {"troop-withdrawal"}, "Swedish soldiers have left Mali, officials in Bamako said."),
    ("es", {"troop-deployment"}, "Ochenta militares finlandeses salieron el lunes de Helsinki hacia Líbano."),
    ("it", {"troop-deployment"}, "Ottanta militari finlandesi sono partiti lunedì per il Libano."),
    ("pt", {"troop-deployment"}, "Oitenta militares finlandeses partiram segunda-feira para o Líbano."),
    ("nl", {"troop-deployment"}, "Tachtig Finse militairen zijn maandag naar Libanon vertrokken."),
    ("fr", {"troop-deployment"}, "Une centaine de policiers salvadoriens sont descendus d'un avion à Port-au-Prince."),
    ("en", {"troop-deployment"}, "Ninety Jamaican officers stepped off a plane in Port-au-Prince."),
    ("en", {"troop-deployment"}, "The president ordered 300 rangers to Tbilisi."),
    ("de", set(), "Die Ministerin besuchte die in Jordanien eingesetzten Soldaten zu Weihnachten."),
]
SEPARABLE = [  # the verb's second half ends its clause
    ("de", {"troop-withdrawal"}, "Oslo holt seine Soldaten aus dem Irak zurück."),
    ("de", {"troop-deployment"}, "Minsk zieht Truppen an der litauischen Grenze zusammen."),
    ("de", {"troop-deployment"}, "Kanada stockt sein Kontingent in Lettland auf 2200 Soldaten auf."),
    ("nl", {"troop-deployment"}, "Wit-Rusland trekt troepen samen aan de Litouwse grens."),
    ("nl", {"troop-withdrawal"}, "Noorwegen haalt zijn soldaten uit Irak terug."),
    ("de", set(), "Das Blatt zieht nach dem Besuch der Soldaten in Mali Bilanz."),
]
MEN = [  # men named by nationality, by a pronoun, by a count alone
    ("fr", {"troop-deployment"}, "Des forces éthiopiennes sont entrées à Dolow."),
    ("pt", {"troop-deployment"}, "Unidades angolanas chegaram a Goma."),
    ("fr", {"troop-deployment"}, "Le bataillon compte 600 soldats. D'autres seront envoyés à Gao."),
    ("fr", {"troop-deployment"}, "Séisme politique à Quito : 3 000 militaires déployés à Guayaquil."),
    ("en", {"troop-deployment"}, "About 60 Danish tank crews will head to Riga next month."),
]
GUARDED = [  # nobody moves
    ("fr", "D'après un sondage, un Belge sur deux est opposé à l'envoi de soldats en Ukraine."),
    ("en", "In a survey of voters, most of those polled oppose sending troops to Ukraine."),
    ("de", "Laut einer Umfrage ist eine Mehrheit gegen die Entsendung von Soldaten in die Ukraine."),
    ("es", "Según un sondeo, la mayoría rechaza el envío de soldados a Ucrania."),
    ("fr", "L'ambassade a qualifié d'invention les informations sur l'arrivée de soldats tchadiens."),
    ("fr", "Un juge a suspendu l'envoi de la Garde nationale à Boston."),
    ("en", "A judge blocked the deployment of National Guard troops to Boston."),
    ("pt", "Juíza bloqueia envio da Guarda Nacional a Boston."),
    ("fr", "Trump menace d'envoyer l'armée à Boston."),
    ("nl", "Trump dreigt troepen naar Boston te sturen."),
    ("fr", "Cinquante CRS ont été envoyés à Cayenne en renfort."),
    ("fr", "Le chef d'état-major est arrivé à Niamey pour rencontrer les soldats français."),
    ("en", "The chief of staff arrived in Niamey to meet French troops."),
    ("fr", "Une armée de bénévoles a été déployée à Valence pour nettoyer les rues."),
    ("fr", "Le colonel dirige un régiment de 700 hommes installé à Tarbes depuis 1990."),
    ("en", "Volunteers helped evacuate residents as soldiers watched."),
    ("en", "Wounded soldiers were evacuated to a hospital in Goma."),
]
OTHERS = [
    ("fr", "armed-attack", "La Russie a lancé une salve de drones contre Odessa : deux morts."),
    ("fr", "armed-attack", "L'artillerie a ouvert le feu sur le village."),
    ("en", "armed-attack", "A car bomb went off outside a ministry in Mogadishu."),
    ("fr", "troop-withdrawal", "La base de Faya a été restituée au Tchad par les soldats français."),
    ("fr", "military-exercise", "C'est le plus grand exercice de l'Otan depuis la guerre froide."),
    ("en", "military-exercise", "It is NATO's largest military exercise since the Cold War."),
    ("fr", "sanctions", "Ottawa gèle les avoirs de trois généraux birmans."),
    ("fr", "nuclear-weapons", "Le stock d'uranium hautement enrichi a encore augmenté, selon l'agence."),
    ("de", "missile-launch", "Pjöngjang hat am Montag zwei ballistische Raketen gefeuert."),
    ("en", "mobilisation", "Lithuania has brought back conscription."),
]


def topics(tagger: Tagger, lang: str, text: str) -> Set[str]:
    return {tag.id for tag in tagger.tag(text, lang=lang).topics}


@pytest.mark.parametrize(("lang", "moves", "text"), [*BOUND, *SEPARABLE, *MEN])
def test_the_clause_tells_which_way_men_move(tagger: Tagger, lang: str, moves: set[str], text: str) -> None:
    assert topics(tagger, lang, text) & MOVES == moves


@pytest.mark.parametrize(("lang", "text"), GUARDED)
def test_no_movement_is_reported(tagger: Tagger, lang: str, text: str) -> None:
    assert not topics(tagger, lang, text) & MOVES


@pytest.mark.parametrize(("lang", "topic", "text"), OTHERS)
def test_other_topics(tagger: Tagger, lang: str, topic: str, text: str) -> None:
    assert topic in topics(tagger, lang, text)
