"""Invented sentences in Russian, Ukrainian, Polish, Arabic, Turkish, Chinese and Japanese, with their look-alikes."""

import pytest

from tests.tagging.findings import topics_of

REPORTED = [
    ("ru", "troop-deployment", "Снятые с херсонского направления батальоны морской пехоты появились под Купянском."),
    ("ru", "troop-deployment", "Польша: к охране границы подключены 6 тысяч солдат."),
    ("ru", "troop-deployment", "Турецкий корабль с морпехами вышел из Измира курсом на Триполи."),
    ("ru", "troop-withdrawal", "Нигер: последний немецкий транспортник покинул базу в Ниамее, миссия завершена."),
    ("uk", "troop-deployment", "Чеський контингент у складі 70 вояків заступив на чергування в Словаччині."),
    ("uk", "troop-deployment", "До охорони посольства в Бейруті залучили додатково пів сотні морпіхів США."),
    ("uk", "troop-withdrawal", "Миротворці ООН залишили базу в Гао на півночі Малі."),
    ("pl", "troop-deployment", "Estonia: do Tapy dojechali francuscy legioniści, rotacja potrwa cztery miesiące."),
    ("pl", "troop-deployment", "Na granicę skierowano nie tysiąc, a trzy tysiące żołnierzy."),
    ("pl", "troop-deployment", "Dwustu policjantów z Senegalu dołączyło w Port-au-Prince do misji ONZ."),
    ("ar", "troop-deployment", "دفعت تركيا بثلاثمئة جندي من مشاة البحرية إلى قطر."),
    ("ar", "troop-deployment", "تسلمت كتيبة إيطالية مهامها في كوسوفو خلفا للإسبان."),
    ("ar", "troop-deployment", "رست في ميناء مصراتة سفينة تركية على متنها مئتا عنصر من القوات الخاصة."),
    ("tr", "troop-deployment", "Paris, Fildişi Sahili'ne iki yüz askeri eğitmen göndereceğini duyurdu."),
    ("tr", "troop-deployment", "Norveç, ay sonuna kadar Litvanya'ya 450 asker konuşlandıracak."),
    ("tr", "missile-launch", "Kuzey Kore Japon Denizi'ne balistik füze fırlattı."),
    ("zh", "troop-deployment", "西班牙官兵在拉脱维亚接替加拿大同行。"),
    ("zh", "troop-deployment", "土耳其一艘登陆舰载200名特种兵停靠米苏拉塔港。"),
    ("ja", "troop-deployment", "イスラエル軍の戦車と歩兵がレバノン南部に進軍した。"),
    ("ja", "troop-deployment", "スペイン軍がラトビアでカナダ軍部隊と交代した。"),
]  # fmt: skip

NO_DEPLOYMENT = [
    ("ru", "Лукашенко: никаких вагнеровцев у польской границы нет, это выдумки."),
    ("ru", "Двадцать лет назад американские войска вошли в Багдад."),
    ("ru", "В новой игре вы командуете батальоном морпехов, высадившимся на острове."),
    ("ru", "В Бухаресте опровергли публикацию газеты, согласно которой в Молдавию прибыли румынские военные."),
    ("uk", "Опитування: 62 відсотки німців проти відправлення військових в Україну."),
    ("uk", "Раніше на аеродромі дислокувалися дві тисячі солдатів."),
    ("pl", "Kijów ponownie zaapelował do sojuszników o wysłanie kontyngentu."),
    ("pl", "Sto lat temu wojska polskie wkroczyły do Kijowa."),
    ("ar", "نفى المتحدث باسم الجيش صحة ما تردد عن دخول قوات إثيوبية إلى الفشقة."),
    ("ar", "قبل عشرين عاما دخلت القوات الأمريكية بغداد."),
    ("tr", "Almanya Mali'ye asker göndermeyecek, başbakan bunu yineledi."),
    ("tr", "Kiev, müttefiklerinden yabancı birlik göndermelerini istedi."),
    ("zh", "民调显示,62%的德国人反对向乌克兰派兵。"),
    ("zh", "二十年前,美军攻入巴格达。"),
    ("ja", "消防隊員200人がギリシャの山火事の消火に派遣された。"),
    ("ja", "停戦が実現すれば、英国は部隊を派遣する可能性がある。"),
    ("cs", "Premiér nevyloučil vyslání vojáků na Ukrajinu."),
    ("az", "Azərbaycan Ukraynaya əsgər göndərmir."),
]  # fmt: skip

NO_WITHDRAWAL = [
    ("ru", "Канада увеличит свой контингент в Латвии до 2200 человек."),
    ("uk", "Ситуація на кордоні лишається спокійною, військові залишаються на позиціях."),
    ("ar", "وصلت كتيبة كينية إلى كيسمايو بدلا من الوحدات البوروندية التي غادرت البلاد العام الماضي."),
]  # fmt: skip

COUNTS = [
    ("zh", "印度军方一万五千名士兵开赴拉达克。", 15000, 15000),
    ("zh", "卢旺达千余名士兵抵达莫桑比克。", 1000, None),
    ("zh", "超过300名士兵抵达立陶宛。", 300, None),
    ("ja", "北朝鮮はロシアに2万5千人の兵士を派遣した。", 25000, 25000),
    ("ja", "英国はエストニアに兵士200人以上を派遣した。", 200, None),
    ("ar", "دفعت تركيا بثلاثمئة جندي إلى قطر.", 300, 300),
    ("tr", "Çin, Myanmar sınırına 6 bin asker yığdı.", 6000, 6000),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "topic", "text"), REPORTED)
def test_reported(tagger, lang, topic, text):
    assert topic in topics_of(tagger, text, lang)


@pytest.mark.parametrize(("lang", "text"), NO_DEPLOYMENT)
def test_no_deployment(tagger, lang, text):
    assert "troop-deployment" not in topics_of(tagger, text, lang)


@pytest.mark.parametrize(("lang", "text"), NO_WITHDRAWAL)
def test_no_withdrawal(tagger, lang, text):
    assert "troop-withdrawal" not in topics_of(tagger, text, lang)


@pytest.mark.parametrize(("lang", "text", "low", "high"), COUNTS)
def test_counts(tagger, lang, text, low, high):
    (event,) = [event for event in tagger.tag(text, lang=lang).events if event.topic == "troop-deployment"]
    assert event.quantity is not None
    assert (event.quantity.min, event.quantity.max) == (low, high)
