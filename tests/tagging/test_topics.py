"""Invented sentences in the style of news: what is reported, and its look-alikes."""

import pytest

from tests.tagging.findings import topics_of

REPORTED = [
    # troop-deployment
    ("fr", "troop-deployment", "Le Portugal a envoyé 120 parachutistes en Slovaquie, a annoncé mardi le ministère."),
    ("fr", "troop-deployment", "Un bataillon ghanéen de 600 casques bleus est arrivé à Bangui."),
    ("fr", "troop-deployment", "L'Espagne va déployer 250 militaires supplémentaires en Lettonie."),
    ("fr", "troop-deployment", "L'envoi de 300 instructeurs russes au Mali inquiète Paris."),
    ("en", "troop-deployment", "Norway will send 200 soldiers to Lithuania next month, the defence ministry said."),
    ("en", "troop-deployment", "About 450 Ugandan troops landed in Mogadishu on Monday to join the mission."),
    ("en", "troop-deployment", "Moscow has massed 30,000 troops near the border with Ukraine."),
    ("en", "troop-deployment", "A contingent of 150 Kenyan police officers arrived in Haiti under the UN mission."),
    ("de", "troop-deployment", "Dänemark verlegt 800 Soldaten nach Estland."),
    ("de", "troop-deployment", "Die ersten 90 italienischen Gebirgsjäger sind in Bulgarien eingetroffen."),
    ("es", "troop-deployment", "Perú desplegó 1.200 soldados en la frontera con Colombia."),
    ("es", "troop-deployment", "Un contingente de 90 militares españoles llegó a Rumanía."),
    ("it", "troop-deployment", "La Grecia ha inviato 150 soldati in Kosovo."),
    ("it", "troop-deployment", "Un contingente di 300 militari italiani è arrivato in Lettonia."),
    ("pt", "troop-deployment", "Angola vai enviar 500 soldados para a República Democrática do Congo."),
    ("pt", "troop-deployment", "Os primeiros 80 fuzileiros brasileiros chegaram ao Haiti."),
    ("ru", "troop-deployment", "Россия перебросила 2000 десантников в Белоруссию."),
    ("ru", "troop-deployment", "В Мали прибыли 150 турецких военных инструкторов."),
    ("uk", "troop-deployment", "Канада відправила 300 військових до Латвії."),
    ("uk", "troop-deployment", "Північна Корея перекинула 5 тисяч солдатів до Росії."),
    ("pl", "troop-deployment", "Hiszpania wysłała 400 żołnierzy na Łotwę."),
    ("pl", "troop-deployment", "Do Mali przybyło 200 rosyjskich najemników."),
    ("ar", "troop-deployment", "أرسلت مصر 500 جندي إلى الصومال."),
    ("ar", "troop-deployment", "وصل 200 جندي تركي إلى ليبيا."),
    ("tr", "troop-deployment", "Türkiye Katar'a 300 asker gönderdi."),
    ("zh", "troop-deployment", "俄罗斯向白俄罗斯派遣了2000名士兵。"),
    ("zh", "troop-deployment", "美國向波蘭增派3000名士兵。"),
    ("nl", "troop-deployment", "Nederland stuurt 200 militairen naar Roemenië."),
    ("ja", "troop-deployment", "ロシアはベラルーシに兵士2000人を派遣した。"),
    ("sv", "troop-deployment", "Sverige skickar 600 soldater till Lettland."),
    ("da", "troop-deployment", "Danmark sender 700 soldater til Letland."),
    ("ro", "troop-deployment", "Franța a trimis 300 de militari în România."),
    ("cs", "troop-deployment", "Česko vyslalo 150 vojáků na Slovensko."),
    # the others
    ("fr", "troop-withdrawal", "Le Canada retire ses derniers soldats d'Irak."),
    ("en", "troop-withdrawal", "Italy has begun withdrawing its troops from Niger."),
    ("de", "troop-withdrawal", "Spanien zieht seine Soldaten aus dem Irak ab."),
    ("ru", "troop-withdrawal", "Франция завершила вывод войск из Чада."),
    ("fr", "military-casualties", "Douze soldats nigériens ont été tués dans l'ouest du pays."),
    ("en", "military-casualties", "At least nine Pakistani soldiers were killed on Friday."),
    ("es", "military-casualties", "Cinco soldados ecuatorianos murieron y otros tres resultaron heridos."),
    ("uk", "military-casualties", "Унаслідок обстрілу загинули троє військових."),
    ("fr", "arms-transfer", "La Suède va livrer vingt blindés à l'Ukraine."),
    ("en", "arms-transfer", "South Korea sold 100 howitzers to Poland."),
    ("de", "arms-transfer", "Finnland liefert Munition an die Ukraine."),
    ("ar", "arms-transfer", "وافقت واشنطن على بيع صواريخ إلى السعودية."),
    ("fr", "defence-pact", "La Grèce et le Maroc ont signé un accord de défense."),
    ("en", "defence-pact", "Japan and Kenya signed a defence cooperation agreement on Tuesday."),
    ("pl", "defence-pact", "Polska i Turcja podpisały umowę obronną."),
    ("en", "military-exercise", "Egypt and Greece began joint naval exercises in the Mediterranean."),
    ("zh", "military-exercise", "中俄两国海军举行联合军事演习。"),
    ("it", "military-exercise", "La Nato ha avviato un'esercitazione militare in Norvegia."),
    ("en", "missile-launch", "Iran test-fired a ballistic missile on Sunday."),
    ("ru", "missile-launch", "КНДР запустила баллистическую ракету."),
    ("ja", "missile-launch", "北朝鮮が弾道ミサイルを発射した。"),
    ("en", "nuclear-weapons", "Pyongyang vowed to expand its nuclear arsenal."),
    ("pt", "nuclear-weapons", "O Irã acelerou o enriquecimento de urânio."),
    ("fr", "armed-attack", "Une frappe de drone a fait huit morts à Kharkiv."),
    ("en", "armed-attack", "Rebels ambushed an army convoy near Goma, killing six people."),
    ("tr", "armed-attack", "Hava saldırısında 12 kişi öldü."),
    ("en", "sanctions", "The European Union imposed new sanctions on Belarus."),
    ("es", "sanctions", "Estados Unidos impuso nuevas sanciones contra Venezuela."),
    ("uk", "mobilisation", "Парламент ухвалив закон про загальну мобілізацію."),
    ("de", "mobilisation", "Litauen führt die Wehrpflicht wieder ein."),
    ("en", "peace-talks", "Sudan's warring parties agreed to a ceasefire after talks in Jeddah."),
    ("tr", "peace-talks", "Taraflar ateşkes konusunda anlaştı."),
]  # fmt: skip

NOT_DEPLOYMENT = [
    ("fr", "L'opérateur déploie la fibre dans quarante communes rurales avant l'été."),
    ("fr", "La troupe de théâtre débarque à Avignon avec une nouvelle pièce."),
    ("fr", "Le ministre n'exclut pas l'envoi de soldats en Moldavie."),
    ("fr", "Paris dément avoir envoyé des soldats au Bénin."),
    ("fr", "La Pologne n'enverra pas de soldats en Ukraine."),
    ("fr", "Pendant la Seconde Guerre mondiale, le Brésil envoya 25 000 soldats en Italie."),
    ("fr", "L'airbag se déploie en trente millisecondes, protégeant le conducteur."),
    ("fr", "Faut-il envoyer des troupes en Haïti ?"),
    ("en", "The bank deployed its new software to 3,000 servers with kubernetes."),
    ("en", "Norway ruled out sending troops to Libya."),
    ("en", "The government has no plans to deploy soldiers in the region."),
    ("en", "Romania could send troops to Moldova if the talks fail."),
    ("en", "The minister called for sending more troops to Somalia."),
    ("en", "Volunteers and firefighters were deployed to the wildfire near Lisbon."),
    ("en", "In the game, players deploy armies and your troops gain experience at each level."),
    ("en", "The last soldiers came home to a happy homecoming with their families."),
    ("de", "Die Feuerwehr verlegte ihre Einheiten an den Stadtrand."),
    ("de", "Berlin hat die Entsendung von Soldaten in den Sudan ausgeschlossen."),
    ("es", "El despliegue de la fibra óptica llegará a mil pueblos."),
    ("es", "España no enviará tropas a Níger."),
    ("it", "Roma ha smentito l'invio di soldati in Libia."),
    ("pt", "O governo nega o envio de tropas para a Ucrânia."),
    ("ru", "Москва опровергла отправку войск в Мали."),
    ("uk", "Польща не надсилатиме військових до України."),
    ("pl", "Czechy nie wyślą żołnierzy na Ukrainę."),
    ("ar", "نفت فرنسا إرسال جنود إلى النيجر."),
    ("zh", "法国否认向尼日尔派遣士兵。"),
    ("tr", "Türkiye, Libya'ya asker gönderdiği iddiasını yalanladı."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "topic", "text"), REPORTED)
def test_reported(tagger, lang, topic, text):
    assert topic in topics_of(tagger, text, lang)


@pytest.mark.parametrize(("lang", "text"), NOT_DEPLOYMENT)
def test_look_alikes_are_no_deployment(tagger, lang, text):
    assert "troop-deployment" not in topics_of(tagger, text, lang)
