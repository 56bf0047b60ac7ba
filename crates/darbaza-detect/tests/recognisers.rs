//! What each recogniser finds and what it leaves alone, as tables; persons and numbers are invented.

use darbaza_core::Category;
use darbaza_detect::{Detector, detect};

/// Found values with their categories, as `CATEGORY:value`.
fn found(text: &str) -> Vec<String> {
    detect(text).into_iter().map(|f| format!("{}:{}", f.category, &text[f.range])).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "in {text:?}");
}

#[test]
fn identification_numbers_need_a_right_check_digit_or_their_name() {
    check("ЖСН 791028302728 берілді", &["IIN:791028302728"]);
    check("ИИН 7910 2830 2728, справка", &["IIN:7910 2830 2728"]);
    check("ИИН 791028_302728.pdf", &["IIN:791028_302728"]);
    check("ИИН 𝟕𝟗𝟏𝟎𝟐𝟖𝟑𝟎𝟐𝟕𝟐𝟖", &["IIN:𝟕𝟗𝟏𝟎𝟐𝟖𝟑𝟎𝟐𝟕𝟐𝟖"]);
    check("БИН 170240014901", &["BIN:170240014901"]);
    check("накладная 791028302729 принята", &[]);
    check("ИИН 791028302729 не проходит", &["IIN:791028302729"]);
    let bare = detect("число 989900000000 и всё");
    let [weak] = bare.as_slice() else { panic!("found {bare:?}") };
    assert_eq!(weak.category, Category::Iin);
    assert!(weak.score > 0.0 && weak.score < 0.5, "no date and no name: below one half, and still told");
}

#[test]
fn telephones_are_found_in_every_written_form() {
    for number in [
        "8 701 123 45 67",
        "+7(701)1234567",
        "87011234567",
        "701-123-45-67",
        "8-7172-55-00-11",
        "8 (7172) 55-00-11",
        "+7 701 123‑45‑67",
        "+49 151 23456789",
        "7 7 0 1 1 2 3 4 5 6 7",
    ] {
        check(&format!("Перезвоните: {number}"), &[&format!("PHONE:{number}")]);
    }
    check(
        "телефон: восемь семьсот один, сто двадцать три, сорок пять, шестьдесят семь",
        &["PHONE:восемь семьсот один, сто двадцать три, сорок пять, шестьдесят семь"],
    );
    check("горячая линия 1414, единый номер 109, карта 4400**1187, 8 800 080 77 77", &[]);
}

#[test]
fn emphasis_and_bullets_hide_no_number_and_masked_numbers_stay_masked() {
    for (text, value) in [
        ("**920417499926**", "IIN:920417499926"),
        ("*920417499926*", "IIN:920417499926"),
        ("***920417499926***", "IIN:920417499926"),
        ("ИИН: **920417499926**", "IIN:920417499926"),
        ("•920417499926", "IIN:920417499926"),
        ("- **8 701 555 00 17**", "PHONE:8 701 555 00 17"),
        ("(*8 701 555 00 17*)", "PHONE:8 701 555 00 17"),
        ("●8 701 555 00 17", "PHONE:8 701 555 00 17"),
        ("карта **4111 1111 1111 1111**", "CARD:4111 1111 1111 1111"),
    ] {
        check(text, &[value]);
    }
    for text in ["4400**1187", "8 701 *** ** 17", "**** **** **** 1111", "ИИН 9204****9926"] {
        check(text, &[]);
    }
}

#[test]
fn numbers_in_a_row_are_found_whatever_joins_them() {
    let pairs = [
        ("PHONE", "8 701 555 00 17", "8 701 555 00 18"),
        ("PHONE", "701-555-00-17", "701-555-00-18"),
        ("PHONE", "87015550017", "87015550018"),
        ("IIN", "920417499926", "861120301458"),
        ("CARD", "4111 1111 1111 1111", "5555 5555 5555 4444"),
        ("CARD", "4111111111111111", "5555555555554444"),
        ("IBAN", "KZ86125KZT5004100100", "DE89370400440532013000"),
        ("PLATE", "123ABC02", "777KZA01"),
        ("EMAIL", "a.test@example.kz", "office@example.kz"),
    ];
    for (category, one, other) in pairs {
        for joint in
            ["/", " / ", ",", ", ", ";", "; ", "|", " и ", " или ", " және ", "\n", "\t", "<br>", "%2C"]
        {
            check(
                &format!("{one}{joint}{other}"),
                &[&format!("{category}:{one}"), &format!("{category}:{other}")],
            );
        }
    }
    check("8 701 555 00 17/18", &["PHONE:8 701 555 00 17"]);
    check("тел. 55-00-17/18", &["PHONE:55-00-17"]);
    check("хосты 10.20.3.15-10.20.3.20", &["IP:10.20.3.15", "IP:10.20.3.20"]);
    check("1. 701-555-00-17\n2. 701-555-00-18", &["PHONE:701-555-00-17", "PHONE:701-555-00-18"]);
    check("доля 0.87015550017, договор 7/12/2024", &[]);
}

#[test]
fn footnotes_labels_endings_and_markup_hide_no_value() {
    for (text, value) in [
        ("¹920417499926", "IIN:920417499926"),
        ("920417499926²", "IIN:920417499926"),
        ("①8 701 555 00 17", "PHONE:8 701 555 00 17"),
        ("a.test@example.kz¹", "EMAIL:a.test@example.kz"),
        ("a.test@example.kz-ге жазыңыз", "EMAIL:a.test@example.kz"),
        ("__a.test@example.kz__", "EMAIL:__a.test@example.kz"),
        ("1️⃣8 701 555 00 17", "PHONE:8 701 555 00 17"),
        ("тел87015550017", "PHONE:87015550017"),
        ("+4111 1111 1111 1111", "CARD:4111 1111 1111 1111"),
        ("920417499926×2", "IIN:920417499926"),
        ("{\"tel\": 87015550017.0}", "PHONE:87015550017"),
        ("q=a%3D920417499926%26p=1", "IIN:920417499926"),
        ("scan_N12345678_1.jpg", "PASSPORT:N12345678"),
        ("1,123ABC02,5000", "PLATE:123ABC02"),
        ("WHERE iban=N'KZ86125KZT5004100100'", "IBAN:KZ86125KZT5004100100"),
        ("`t.me/some_nick`", "HANDLE:t.me/some_nick"),
        ("т.@some_nick", "HANDLE:@some_nick"),
        ("дата рождения: <td>17.04.1992</td>", "DOB:17.04.1992"),
    ] {
        check(text, &[value]);
    }
    check("import x from '@scope/package'; @types/node", &[]);
}

#[test]
fn accounts_cards_and_documents() {
    check("IBAN KZ86125KZT5004100100", &["IBAN:KZ86125KZT5004100100"]);
    check("счёт KZ86 125K ZT50 0410 0100", &["IBAN:KZ86 125K ZT50 0410 0100"]);
    check("IBAN DE89 3704 0044 0532 0130 00", &["IBAN:DE89 3704 0044 0532 0130 00"]);
    check("KZ86125KZT5004100101", &[]);
    check("карта 4111 1111 1111 1111", &["CARD:4111 1111 1111 1111"]);
    check("карта 4111 1111 1111 1112", &[]);
    check("удостоверение личности № 041234567", &["ID_CARD:041234567"]);
    check("жеке куәлігі 041 234 567", &["ID_CARD:041 234 567"]);
    check("паспорт N12345678", &["PASSPORT:N12345678"]);
    check("паспорт 45 10 123456", &["PASSPORT:45 10 123456"]);
    check("водительское удостоверение AB 123456", &["DRIVER_LICENCE:AB 123456"]);
    check("СНИЛС 112-233-445 95", &["RU_SNILS:112-233-445 95"]);
    check("ИНН 7707083893", &["RU_INN:7707083893"]);
    check("SSN 123-45-6789", &["US_SSN:123-45-6789"]);
}

#[test]
fn plates_addresses_of_the_network_and_accounts_of_people() {
    check("белая камри 123 ABC 02", &["PLATE:123 ABC 02"]);
    check("көлік 123АВС02", &["PLATE:123АВС02"]);
    check("12,000\tKZ11, 12.000 KZT 11", &[]);
    check("гос. номер A 123 BCD", &["PLATE:A 123 BCD"]);
    check("host 10.20.3.15 отвечает", &["IP:10.20.3.15"]);
    check("from 2001:db8:7:1f::9c", &["IP:2001:db8:7:1f::9c"]);
    check("версия 1.2.3.4 и v4.12.0.3, время 12:30:45", &[]);
    check("почта office@example.kz", &["EMAIL:office@example.kz"]);
    check("пишите @some_nick.kz или t.me/other_nick", &["HANDLE:@some_nick.kz", "HANDLE:t.me/other_nick"]);
}

#[test]
fn dates_of_birth_are_told_from_other_dates() {
    check("дата рождения: 17.04.1992, договор от 12.03.2024", &["DOB:17.04.1992"]);
    check("1992 жылғы 17 сәуірде туған", &["DOB:1992 жылғы 17 сәуірде"]);
    check("17.04.1992 г.р.", &["DOB:17.04.1992"]);
    check("born 17 April 1992 in the north", &["DOB:17 April 1992"]);
    check("отпуск с 17.04.2024 по 30.04.2024", &[]);
}

#[test]
fn secrets_by_form_and_by_the_words_before_them() {
    check("пароль: Tulpar!2025", &["SECRET:Tulpar!2025"]);
    check("құпиясөз Dala#7788", &["SECRET:Dala#7788"]);
    check("домофон коды 12К3456", &["SECRET:12К3456"]);
    check("ключ ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9", &["SECRET:ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9"]);
    check("postgres://app:S3cret!x@db/crm", &["SECRET:S3cret!x"]);
    check("DB_PASSWORD=Qwerty_4hr!", &["SECRET:Qwerty_4hr!"]);
    check("промокод NAURYZ25, код товара 1001", &[]);
}

#[test]
fn a_password_runs_to_white_space_or_to_the_quote_that_closes_it() {
    for (text, value) in [
        (r#"пароль: Kq7"z\91-test"#, r#"SECRET:Kq7"z\91-test"#),
        ("пароль: Kq7<z>91", "SECRET:Kq7<z>91"),
        ("пароль: Kq7|z91", "SECRET:Kq7|z91"),
        ("пароль: !Kq7z91", "SECRET:!Kq7z91"),
        ("пароль: \"Kq7#z!91-test$%x\", дальше", "SECRET:Kq7#z!91-test$%x"),
        ("пароль: 'Kq7'z91'", "SECRET:Kq7'z91"),
        (r#"{"password": "Kq7\"z91-test", "x": 1}"#, r#"SECRET:Kq7\"z91-test"#),
        (r#"{"text":"пароль: Kq7z91-Test","y":2}"#, "SECRET:Kq7z91-Test"),
        ("пароль: <b>Kq7z91-Test</b>", "SECRET:Kq7z91-Test"),
        ("пароль: ||Kq7z91-Test||", "SECRET:Kq7z91-Test"),
        ("|пароль|Kq7z91-Test|5|", "SECRET:Kq7z91-Test"),
        ("export PGPASSWORD=Kq7z91Test; psql", "SECRET:Kq7z91Test"),
        ("curl -u admin:Kq7z91Test https://api.example.kz", "SECRET:Kq7z91Test"),
    ] {
        check(text, &[value]);
    }
    check("пароль Kq7z91Test или Qwerty123", &["SECRET:Kq7z91Test", "SECRET:Qwerty123"]);
    check("PIN 4417/8821", &["SECRET:4417", "SECRET:8821"]);
    check("password: ${DB_PASSWORD}, curl http://example.kz:8080/a", &[]);
}

#[test]
fn addresses_are_one_span_and_a_town_is_none() {
    check(
        "адрес: г. Караганда, ул. Ержанова, д. 17, кв. 88",
        &["ADDRESS:г. Караганда, ул. Ержанова, д. 17, кв. 88"],
    );
    check(
        "Мекенжайы: Қызылорда қ., Желтоқсан к-сі, 42-үй, 9-пәтер",
        &["ADDRESS:Қызылорда қ., Желтоқсан к-сі, 42-үй, 9-пәтер"],
    );
    check("офис в Алматы, улица Абая", &[]);
}

#[test]
fn names_in_three_languages_and_their_forms() {
    check("Передайте Ахметовой Гульнаре Сериковне.", &["PERSON:Ахметовой Гульнаре Сериковне"]);
    check("Кеше Нұрланға айттым", &["PERSON:Нұрланға"]);
    check("Директор: Б. Оспанов", &["PERSON:Б. Оспанов"]);
    check("Dear Aigerim Zhaksylykova, hello", &["PERSON:Aigerim Zhaksylykova"]);
    check("09:13 Еркебұлан: жолдамын", &["PERSON:Еркебұлан"]);
    check("Серікұлы Даурен келді", &["PERSON:Серікұлы Даурен"]);
    check("ТОО «Айгуль», торт «Наполеон», Мұхтар Әуезов, Абай даңғылы", &[]);
}

#[test]
fn escapes_and_look_alikes_hide_nothing() {
    check(
        r#"{"fio": "\u0410\u0445\u043c\u0435\u0442\u043e\u0432"}"#,
        &[r"PERSON:\u0410\u0445\u043c\u0435\u0442\u043e\u0432"],
    );
    check("ЖСН ７９１０２８３０２７２８", &["IIN:７９１０２８３０２７２８"]);
    check("ИИН 7910\u{200B}2830\u{200B}2728", &["IIN:7910\u{200B}2830\u{200B}2728"]);
}

#[test]
fn a_label_names_the_value() {
    let detector = Detector::new();
    for (label, value, category) in [
        ("фио", "Кемелов", Category::Person),
        ("birth_date", "1992-04-17", Category::Dob),
        ("password", "ordinaryword", Category::Secret),
        ("жсн", "791028302728", Category::Iin),
        ("telefon", "7172550011", Category::Phone),
    ] {
        let found = detector.detect_labelled(value, Some(label));
        assert_eq!(found.len(), 1, "{label}");
        assert_eq!((found[0].category, found[0].range.clone()), (category, 0..value.len()), "{label}");
    }
    assert!(detector.detect_labelled("7172550011", None).is_empty());
}

#[test]
fn a_header_names_its_columns() {
    check("фио;телефон;сумма\nКемелов Ерен;7172550011;1000\n", &["PERSON:Кемелов Ерен", "PHONE:7172550011"]);
}
