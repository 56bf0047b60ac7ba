//! What is asked: office prose in Kazakh and Russian, with personal data or without. Every person in
//! it is invented.

use bytes::Bytes;
use serde_json::json;

/// Sentences without personal data: 1 KB.
const PLAIN: [&str; 5] = [
    "Подготовь короткий ответ покупателю: заказ собран, доставка переносится на следующий рабочий день, \
     приносим извинения за задержку и благодарим за терпение.",
    "Тапсырыс жиналды, жеткізу келесі жұмыс күніне ауыстырылды, кешіккені үшін кешірім сұраймыз; қосымша \
     төлем талап етілмейді.",
    "Напомни, что вернуть товар можно в течение двух недель, если упаковка цела, а чек или номер заказа \
     сохранился.",
    "Кепілдік талонын қорапта сақтаңыз, ақау табылса, дүкенге жазыңыз, шебер тегін қарап береді.",
    "Тон письма вежливый и спокойный, без канцелярских оборотов, не больше пяти предложений.",
];

/// Sentences with 20 pieces of personal data: with `PLAIN`'s first four, 2 KB.
const PERSONAL: [&str; 5] = [
    "Клиент Ахметова Гульнара Сериковна, ИИН 920417499926, телефон 8 701 555 00 17, почта \
     g.akhmetova@example.kz, просит уточнить, почему заказ до сих пор не передан в доставку.",
    "Второй заявитель — Оспанов Нұрлан Бекұлы, ЖСН 900101399918, нөмірі +7 702 555 00 18, поштасы \
     n.ospanov@example.kz; тапсырысты ертең түстен кейін алуға дайын.",
    "Возврат оформлен на Ким Ольгу Сергеевну, телефон 8 705 555 00 19, почта o.kim@example.kz, деньги \
     вернуть на счёт KZ86125KZT5004100100 в течение трёх рабочих дней.",
    "За посылкой придёт Тестова Асель Маратовна, ИИН 850101300560, телефон 8 707 555 00 20, запасной \
     номер 8 707 555 00 22, почта a.testova@example.kz; она просит позвонить заранее.",
    "Тестов Ерлан Асқарұлы, нөмірі +7 747 555 00 21, поштасы e.testov@example.kz, кепілдік бойынша \
     жөндеуге берген; дайын болған соң хабарласу керек.",
];

/// A kind of prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// 1 KB without personal data.
    Plain,
    /// 2 KB with 20 findings.
    Personal,
}

/// How the vendor is to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answering {
    /// At once, in one body.
    AtOnce,
    /// After the vendor's delay, in one body.
    Delayed,
    /// After the vendor's delay, as a stream.
    Streamed,
}

impl Prompt {
    /// How many findings the gate has to tell of.
    pub(crate) fn findings(self) -> u32 {
        match self {
            Prompt::Plain => 0,
            Prompt::Personal => 20,
        }
    }

    /// The bodies of requests: the same sentences, beginning with another one each time, so that no
    /// two that follow each other are the same.
    pub(crate) fn bodies(self, answering: Answering) -> Vec<Bytes> {
        let sentences = match self {
            Prompt::Plain => PLAIN.to_vec(),
            Prompt::Personal => PERSONAL.iter().chain(PLAIN.iter().take(4)).copied().collect(),
        };
        (0..sentences.len())
            .map(|first| {
                let mut turned = sentences.clone();
                turned.rotate_left(first);
                body(&turned.join("\n"), answering)
            })
            .collect()
    }
}

fn body(text: &str, answering: Answering) -> Bytes {
    let model = if answering == Answering::AtOnce { "at-once" } else { "delayed" };
    let mut request = json!({
        "model": model,
        "messages": [
            { "role": "system", "content": "Отвечай кратко." },
            { "role": "user", "content": text },
        ],
        "temperature": 0.2,
    });
    if answering == Answering::Streamed {
        request["stream"] = true.into();
    }
    request.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_have_the_size_that_they_are_told_by() {
        for (prompt, size) in [(Prompt::Plain, 1024), (Prompt::Personal, 2048)] {
            let bodies = prompt.bodies(Answering::Delayed);
            for body in &bodies {
                let json: serde_json::Value = serde_json::from_slice(body).unwrap();
                let length = json["messages"][1]["content"].as_str().unwrap().len();
                assert!(length.abs_diff(size) <= size / 20, "{length}");
            }
            let all: std::collections::BTreeSet<_> = bodies.iter().collect();
            assert_eq!(all.len(), bodies.len());
        }
    }

    #[test]
    fn the_script_of_the_vendor_is_in_the_body_as_it_looks_for_it() {
        let text = |answering| String::from_utf8(Prompt::Plain.bodies(answering)[0].to_vec()).unwrap();
        assert!(text(Answering::AtOnce).contains(r#""model":"at-once""#));
        assert!(text(Answering::Streamed).contains(r#""stream":true"#));
    }
}
