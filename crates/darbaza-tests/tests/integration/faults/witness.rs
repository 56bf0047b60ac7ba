//! What clients were told and vendors received, held against the ledger.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use darbaza_tests::{Answer, Call, Demo, Received, Script, ScriptedVendor};
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinHandle;

/// The five kinds of requests: who asks, whether as a stream, and the status when all is well.
pub(super) const KINDS: [(&str, bool, u16); 5] = [
    ("credit-scoring", false, 200), // leaves in clear
    ("credit-scoring", true, 200),
    ("support-chat", false, 200), // leaves masked
    ("support-chat", true, 200),
    ("marketing", false, 403), // refused
];
const IIN: &str = "920417499926";

/// Sees everything that clients are told and the vendor receives.
pub(super) struct Witness {
    pub(super) vendor: ScriptedVendor,
    told: Arc<Mutex<Vec<Told>>>,
    withheld: Arc<AtomicU64>,
    number: Arc<AtomicU64>,
}

/// An answer with a receipt.
struct Told {
    receipt: String,
    decision: String,
}

/// Clients at work.
pub(super) struct Load {
    clients: Vec<JoinHandle<()>>,
    end: Arc<AtomicBool>,
}

impl Load {
    /// Waits until every client sees that nobody is there any more, or was told to end.
    pub(super) async fn ended(self) {
        for client in self.clients {
            client.await.unwrap();
        }
    }

    /// Lets every client end with the answer that it waits for.
    pub(super) async fn end(self) {
        self.end.store(true, Ordering::Relaxed);
        self.ended().await;
    }
}

impl Witness {
    pub(super) async fn new() -> Witness {
        let vendor = ScriptedVendor::start().await;
        vendor.respond(|request| match request.json()["stream"] == true {
            true => Script::streamed(&request.last_content(), 7),
            false => Script::text(&request.last_content()),
        });
        Witness { vendor, told: Arc::default(), withheld: Arc::default(), number: Arc::default() }
    }

    /// How many answers had a receipt.
    pub(super) fn told(&self) -> usize {
        self.told.lock().unwrap().len()
    }

    /// How many answers were withheld because the ledger was not to be had.
    pub(super) fn withheld(&self) -> u64 {
        self.withheld.load(Ordering::Relaxed)
    }

    /// A client of each kind, that many times; each sends one request after the other.
    pub(super) fn load(&self, demo: &Demo, times: usize) -> Load {
        let end = Arc::new(AtomicBool::new(false));
        let kinds = KINDS.iter().cycle().take(KINDS.len() * times);
        let clients = kinds.map(|(system, stream, status)| {
            let (gate, key) = (demo.gateway().to_owned(), demo.key(system).to_owned());
            let (told, withheld) = (Arc::clone(&self.told), Arc::clone(&self.withheld));
            let (number, end) = (Arc::clone(&self.number), Arc::clone(&end));
            tokio::spawn(async move {
                while !end.load(Ordering::Relaxed) {
                    // The number makes every body and so every commitment its own.
                    let number = number.fetch_add(1, Ordering::Relaxed);
                    let body = json!({ "model": "m", "stream": stream, "messages": [{ "role": "user",
                        "content": format!("Я Тестова Асель Маратовна, ИИН {IIN}. Заказ {number}?") }] });
                    let call = Call::new(&gate, Method::POST, "/v1/chat/completions").key(&key).json(&body);
                    let Some(answer) = call.attempt().await else { return };
                    match read(&answer, *status) {
                        Some(answer) => told.lock().unwrap().push(answer),
                        None => drop(withheld.fetch_add(1, Ordering::Relaxed)),
                    }
                }
            })
        });
        Load { clients: clients.collect(), end }
    }

    /// Fails where something that was told is not recorded, or something left in clear without its
    /// record, or a decision has no outcome. To be called after the server started again.
    pub(super) fn holds(&self, data: &Path) -> Recorded {
        let recorded = Recorded::read(data);
        for told in &*self.told.lock().unwrap() {
            let leaf = recorded.decisions.get(&told.receipt);
            let leaf = leaf.unwrap_or_else(|| panic!("{} was told and is lost", told.receipt));
            assert_eq!(leaf["action"], told.decision, "{leaf}");
        }
        let key = commitment_key(data);
        let commitments = recorded.decisions.values().filter_map(|leaf| leaf["commitment"].as_str());
        let commitments: std::collections::HashSet<&str> = commitments.collect();
        for received in self.vendor.received() {
            if is_clear(&received) {
                let commitment = commitment(&key, &received.body);
                assert!(commitments.contains(commitment.as_str()), "clear data left without a record");
            }
        }
        for (receipt, decision) in &recorded.decisions {
            let closed = decision["action"] == "refuse" || recorded.outcomes.contains_key(receipt);
            assert!(closed, "no outcome of {receipt}");
        }
        recorded
    }
}

/// What stands in a ledger, by receipt.
pub(super) struct Recorded {
    decisions: HashMap<String, Value>,
    outcomes: HashMap<String, Value>,
}

impl Recorded {
    fn read(data: &Path) -> Recorded {
        let reader = SqliteLedgerReader::open(data).unwrap();
        let mut recorded = Recorded { decisions: HashMap::new(), outcomes: HashMap::new() };
        for leaf in reader.leaves(0, 10_000_000).unwrap() {
            let leaf: Value = serde_json::from_slice(&leaf.bytes).unwrap();
            let receipt = leaf["receipt"].as_str().unwrap_or_default().to_owned();
            match leaf["kind"].as_str() {
                Some("decision") => assert!(recorded.decisions.insert(receipt, leaf).is_none()),
                Some("outcome") => assert!(recorded.outcomes.insert(receipt, leaf).is_none()),
                _ => {}
            }
        }
        recorded
    }

    /// How many decisions there are.
    pub(super) fn decisions(&self) -> usize {
        self.decisions.len()
    }

    /// How many of them ended while nobody saw it.
    pub(super) fn unknown(&self) -> usize {
        self.outcomes.values().filter(|leaf| leaf["outcome"] == "unknown").count()
    }
}

/// An answer that names its record; `None` for one that was withheld. Fails for any other.
fn read(answer: &Answer, status: u16) -> Option<Told> {
    let receipt = answer.header("darbaza-receipt").to_owned();
    if answer.status == 503 {
        assert_eq!((answer.code().as_str(), receipt.as_str()), ("ledger_unavailable", ""));
        return None;
    }
    assert_eq!(answer.status.as_u16(), status, "{:?}", answer.body);
    assert!(!receipt.is_empty(), "an answer without a receipt");
    Some(Told { receipt, decision: answer.header("darbaza-decision").to_owned() })
}

/// Whether the vendor saw the person. Fails for a body that is neither whole nor masked.
fn is_clear(received: &Received) -> bool {
    let content = received.last_content();
    let clear = content.contains(IIN);
    assert_eq!(clear, content.contains("Тестова"), "{content}");
    assert!(clear || content.contains("[IIN_"), "{content}");
    clear
}

fn commitment_key(data: &Path) -> [u8; 32] {
    let digits = std::fs::read_to_string(data.join("keys/commitments.key")).unwrap();
    std::array::from_fn(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).unwrap())
}

/// The commitment to a body as docs/ledger.md tells it: HMAC-SHA-256 over its length and itself, the
/// first 160 bits in base 32.
fn commitment(key: &[u8; 32], body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(&(body.len() as u64).to_be_bytes());
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    let bits: String = digest[..20].iter().map(|byte| format!("{byte:08b}")).collect();
    let letter = |five: &[u8]| {
        let value = usize::from_str_radix(std::str::from_utf8(five).unwrap(), 2).unwrap();
        char::from(b"abcdefghijklmnopqrstuvwxyz234567"[value])
    };
    bits.as_bytes().chunks(5).map(letter).collect()
}
