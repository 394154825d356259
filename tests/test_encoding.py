"""Text is right in any encoding, and what is no text is refused by name."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.encoding import decode, python_name
from feeder.errors import NotTextError

RUSSIAN = "Городской совет утвердил новый план. Жители ждали этого решения три года.\n"
UKRAINIAN = "Міська рада затвердила новий план. Мешканці чекали на це рішення три роки, їх чули.\n"
JAPANESE = "市議会は新しい計画を承認しました。住民は三年間この決定を待っていました。\n"
CHINESE = "市议会批准了新的计划。居民们等待这个决定已经三年了，他们很高兴。\n"
TAIWANESE = "市議會批准了新的計畫。居民們等待這個決定已經三年了，他們很高興。\n"
KOREAN = "시의회가 새로운 계획을 승인했습니다. 주민들은 삼 년 동안 이 결정을 기다려 왔습니다.\n"
POLISH = (
    "Rada miasta zatwierdziła nowy plan. Mieszkańcy czekali na tę decyzję trzy lata, żądając.\n"
)
CZECH = "Městská rada schválila nový plán. Obyvatelé na toto rozhodnutí čekali tři roky, říká.\n"
HUNGARIAN = "A városi tanács jóváhagyta az új tervet. A lakók három évig vártak erre, őszintén.\n"
FRENCH = "Le conseil a approuvé le projet “d’été”. Les habitants l’attendaient depuis des années.\n"
GERMAN = "Der Stadtrat hat den Plan bestätigt. Die Bürger mußten „drei Jahre“ darauf warten.\n"
TURKISH = "Belediye meclisi yeni planı onayladı. Şehir sakinleri bu kararı üç yıl bekledi, ığdır.\n"
GREEK = "Το δημοτικό συμβούλιο ενέκρινε το νέο σχέδιο. Οι κάτοικοι περίμεναν τρία χρόνια.\n"
HEBREW = "מועצת העיר אישרה את התוכנית החדשה. התושבים חיכו להחלטה הזאת שלוש שנים.\n"
ARABIC = "وافق مجلس المدينة على الخطة الجديدة. انتظر السكان هذا القرار ثلاث سنوات.\n"
THAI = "สภาเมืองอนุมัติแผนใหม่แล้ว ชาวเมืองรอการตัดสินใจนี้มาสามปี\n"
LATVIAN = (
    "Pilsētas dome apstiprināja jauno plānu. Iedzīvotāji šo lēmumu gaidīja trīs gadus, ņemot.\n"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "iso8859-5"),
        (UKRAINIAN, "cp1251"),
        (UKRAINIAN, "koi8-u"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
        (KOREAN, "euc_kr"),
        (POLISH, "iso8859-2"),
        (POLISH, "cp1250"),
        (CZECH, "iso8859-2"),
        (HUNGARIAN, "iso8859-2"),
        (FRENCH, "cp1252"),
        (GERMAN, "cp1252"),
        (TURKISH, "iso8859-9"),
        (GREEK, "iso8859-7"),
        (HEBREW, "cp1255"),
        (ARABIC, "cp1256"),
        (THAI, "tis-620"),
        (LATVIAN, "cp1257"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        (FRENCH, "utf-16-le"),
        (JAPANESE, "utf-16-be"),
        (RUSSIAN, "utf-32"),
        (RUSSIAN, "utf-32-be"),
    ],
)
def test_text_without_a_label(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_what_the_page_declares_counts_for_markup_only() -> None:
    page = '<html><head><meta charset="gb2312"></head><p>鎔基</p>'.encode("gb18030")
    decoded = decode(page, markup=True)
    assert "鎔基" in decoded.text
    assert decoded.evidence == "declared as gb2312"
    assert decode(page).evidence != "declared as gb2312"


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<META CHARSET = windows-1251 >",
        '<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_declarations(declaration: str) -> None:
    assert decode((declaration + "Ђ Њ").encode("cp1251"), markup=True).text.endswith("Ђ Њ")


def test_the_server_is_asked_before_the_page() -> None:
    body = "<meta charset=koi8-r>Да".encode("cp1251")
    assert decode(body, charset="windows-1251", markup=True).text.endswith("Да")


@pytest.mark.parametrize("lie", ["utf-8", "utf-16", "no-such-thing", "utf-7", "hex", ""])
def test_a_declaration_that_cannot_be_right_is_passed_over(lie: str) -> None:
    assert decode(RUSSIAN.encode("cp1251"), charset=lie).text == RUSSIAN


def test_utf8_that_is_called_latin1_is_utf8() -> None:
    assert decode(RUSSIAN.encode(), charset="iso-8859-1").text == RUSSIAN


def test_latin1_means_windows_1252() -> None:
    assert decode(b"\x93caf\xe9\x94", charset="iso-8859-1").text == "“café”"
    assert decode(b"It\x92s \x93so\x94 \x96 said").text == "It’s “so” – said"


def test_one_damaged_byte_does_not_turn_utf8_into_something_else() -> None:
    damaged = RUSSIAN.encode() + b"\xd0" + RUSSIAN.encode()
    assert decode(damaged).text == f"{RUSSIAN}\ufffd{RUSSIAN}"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        (" 'gb2312' ", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("EUC-KR", "cp949"),
        ("x-sjis", "cp932"),
        ("tis-620", "cp874"),
        ("iso-8859-9", "cp1254"),
        ("UTF8", "utf-8"),
        ("utf-7", None),
        ("rot13", None),
        ("idna", None),
        ("mbcs\0", None),
        ("x-user-defined", None),
    ],
)
def test_labels_mean_what_the_web_means_by_them(label: str, name: str | None) -> None:
    assert python_name(label) == name


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"\x1f\x8b\x08\0\0\0",
        b"PK\x03\x04\x14\0",
        b"\x7fELF\x02\x01",
        b"\0\0\0\x20ftypisom",
        bytes(range(256)) * 10,
        b"\0" * 1000,
        b"text\0\x01\x02\x03\x04\x05",
    ],
    ids=lambda data: repr(data[:6]),
)
def test_binary_data_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(NotTextError) as refused:
        decode(data)
    assert refused.value.advice


def test_a_few_controls_are_no_reason_to_refuse() -> None:
    assert decode(b"A long line of text\x0c with a form feed and one \x08 stray." * 3).text


@given(st.binary(max_size=400), st.booleans(), st.none() | st.text(max_size=12))
def test_any_bytes_are_read_or_refused(data: bytes, markup: bool, charset: str | None) -> None:
    try:
        decoded = decode(data, charset=charset, markup=markup)
    except NotTextError:
        return
    assert codecs.lookup(decoded.encoding)
    decoded.text.encode("utf-8")  # no lone surrogates


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf8_is_always_itself(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")
