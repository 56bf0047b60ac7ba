//! A gate put together by hand, on a ledger that does as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use darbaza_core::{KeyId, Receipt};
use darbaza_gateway::{
    Clock, Endpoint, Gate, GateKeys, GateParts, InForce, KeyBook, Limits, MaskingKeySource, Times,
    VendorAddress, VendorTable, gate_router,
};
use darbaza_ledger::TreeHead;
use darbaza_mask::MaskingKey;
use darbaza_policy::Policy;
use darbaza_register::Register;
use darbaza_store::{
    ApiKey, AppendError, Health, KeyLimits, LeafKind, LedgerFailed, LedgerReader, LedgerStore, NewApiKey,
    NewLeaf, OpenDecision, OutcomeLeaf, SignedHead, StoreError, StoredLeaf, Ticket, ticket,
};
use darbaza_tests::{Answer, Call, Script, ScriptedVendor};
use http::Method;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long a slow write takes.
pub(super) const SLOW: Duration = Duration::from_millis(120);

type Journal = Arc<Mutex<Vec<&'static str>>>;

/// A ledger that keeps its leaves in memory.
pub(super) struct ScriptedLedger {
    leaves: Mutex<Vec<NewLeaf>>,
    append: Mutex<(Duration, Result<(), AppendError>)>,
    health: Mutex<Health>,
    broken: watch::Sender<bool>,
    journal: Journal,
}

impl ScriptedLedger {
    fn new(journal: Journal) -> ScriptedLedger {
        ScriptedLedger {
            leaves: Mutex::default(),
            append: Mutex::new((Duration::ZERO, Ok(()))),
            health: Mutex::new(Health { waiting: 0, writable: true }),
            broken: watch::channel(false).0,
            journal,
        }
    }

    /// How decisions are written from now on.
    pub(super) fn append(&self, after: Duration, result: Result<(), AppendError>) {
        *self.append.lock().unwrap() = (after, result);
    }

    pub(super) fn health(&self, writable: bool, waiting: usize) {
        *self.health.lock().unwrap() = Health { waiting, writable };
    }

    /// A sync failed: the process must end.
    pub(super) fn break_down(&self) {
        self.broken.send_replace(true);
    }

    pub(super) fn kinds(&self) -> Vec<LeafKind> {
        self.leaves.lock().unwrap().iter().map(|leaf| leaf.kind).collect()
    }

    pub(super) fn outcomes(&self) -> Vec<OutcomeLeaf> {
        let leaves = self.leaves.lock().unwrap();
        let outcomes = leaves.iter().filter(|leaf| leaf.kind == LeafKind::Outcome);
        outcomes.map(|leaf| serde_json::from_slice(&leaf.bytes).unwrap()).collect()
    }
}

impl LedgerReader for ScriptedLedger {
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(TreeHead::EMPTY)
    }

    fn leaves(&self, _: u64, _: usize) -> Result<Vec<StoredLeaf>, StoreError> {
        Ok(Vec::new())
    }

    fn decision(&self, _: Receipt) -> Result<Option<StoredLeaf>, StoreError> {
        Ok(None)
    }

    fn open_decisions(&self, _: usize) -> Result<Vec<OpenDecision>, StoreError> {
        Ok(Vec::new())
    }

    fn signed_head(&self) -> Result<Option<SignedHead>, StoreError> {
        Ok(None)
    }
}

impl LedgerStore for ScriptedLedger {
    fn submit(&self, leaf: NewLeaf) -> Ticket {
        let (holder, ticket) = ticket();
        let kind = leaf.kind;
        let mut leaves = self.leaves.lock().unwrap();
        let index = leaves.len() as u64;
        leaves.push(leaf);
        let (after, result) = *self.append.lock().unwrap();
        if matches!(kind, LeafKind::Outcome | LeafKind::Note) {
            holder.resolve(Ok(index));
            return ticket;
        }
        self.journal.lock().unwrap().push("submitted");
        let journal = Arc::clone(&self.journal);
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            if result.is_ok() {
                journal.lock().unwrap().push("durable");
            }
            holder.resolve(result.map(|()| index));
        });
        ticket
    }

    fn health(&self) -> Health {
        *self.health.lock().unwrap()
    }

    fn failed(&self) -> LedgerFailed {
        let mut broken = self.broken.subscribe();
        Box::pin(async move {
            let _ = broken.wait_for(|broken| *broken).await;
        })
    }

    fn keep_signed_head(&self, _: &SignedHead) -> Result<(), StoreError> {
        Ok(())
    }
}

/// What the source of the masking keys does the first time that it is asked.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum FirstKey {
    Given,
    Missing,
    /// It panics, with these words: what a careless line of code might quote of a request.
    Panic(&'static str),
}

struct OneKey(Mutex<FirstKey>);

impl MaskingKeySource for OneKey {
    fn key(&self, epoch: u32) -> std::io::Result<MaskingKey> {
        let first = std::mem::replace(&mut *self.0.lock().unwrap(), FirstKey::Given);
        match first {
            FirstKey::Given => Ok(MaskingKey::new(epoch, [7; 32])),
            FirstKey::Missing => Err(std::io::Error::other("the key is not there")),
            FirstKey::Panic(words) => panic!("{words}"),
        }
    }
}

/// A running gate.
pub(super) struct HandMade {
    pub(super) ledger: Arc<ScriptedLedger>,
    pub(super) vendor: ScriptedVendor,
    base: String,
    journal: Journal,
}

impl HandMade {
    /// The sample company; every vendor is one and the same, inside the network.
    pub(super) async fn start() -> HandMade {
        HandMade::with(FirstKey::Given).await
    }

    pub(super) async fn with(first_key: FirstKey) -> HandMade {
        let journal = Journal::default();
        let ledger = Arc::new(ScriptedLedger::new(Arc::clone(&journal)));
        let vendor = ScriptedVendor::start().await;
        let calls = Arc::clone(&journal);
        vendor.respond(move |received| {
            calls.lock().unwrap().push("called");
            if received.json()["stream"] == true {
                Script::streamed("Сәлем", 2)
            } else {
                Script::text("Сәлем")
            }
        });
        let keys = || GateKeys {
            lookup: Zeroizing::new([1; 32]),
            pseudonyms: Zeroizing::new([2; 32]),
            commitments: Zeroizing::new([3; 32]),
        };
        let register = Register::read(include_str!("../../../../../sample/register.yaml")).unwrap();
        let organisation = register.organisations().next().unwrap().id;
        let policy = Policy::compile(Arc::new(register)).map_err(|p| format!("{p:?}")).unwrap();
        let systems = ["support-chat", "credit-scoring", "marketing"];
        let api_keys = systems.iter().zip(1..).map(|(system, n)| {
            ApiKey::new(NewApiKey {
                id: KeyId(Uuid::from_u128(n)),
                organisation,
                system: system.parse().unwrap(),
                owner: "tests".to_owned(),
                purposes: Vec::new(),
                lookup: keys().lookup(system),
                issued_at: jiff::Timestamp::UNIX_EPOCH,
                expires_at: None,
                limits: KeyLimits::default(),
            })
        });
        let book = KeyBook::new(api_keys, &[], []);
        let mut vendors = VendorTable::new();
        for key in ["meridian", "own-models", "scoring-service"] {
            let endpoint = Endpoint::new(vendor.base(), None, true).unwrap();
            vendors.insert(key.parse().unwrap(), VendorAddress::Service(endpoint));
        }
        let second = Duration::from_secs(1);
        let gate = Gate::new(GateParts {
            in_force: Arc::new(InForce::new(policy)),
            ledger: Arc::clone(&ledger) as Arc<dyn LedgerStore>,
            keybook: Arc::new(book),
            keys: keys(),
            masking_keys: Box::new(OneKey(Mutex::new(first_key))),
            vendors,
            times: Times { connect: second, first_byte: 30 * second, idle: 30 * second },
            limits: Limits { body_bytes: 1 << 20, answer_bytes: 1 << 20, concurrent_requests: 8 },
            clock: Arc::new(Clock::default().into()),
        });
        let router = gate_router(Arc::new(gate.unwrap()), vec!["127.0.0.1".to_owned()]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        HandMade { ledger, vendor, base, journal }
    }

    pub(super) fn call(&self, system: &str, text: &str, stream: bool) -> Call {
        let body =
            json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": text }] });
        Call::new(&self.base, Method::POST, "/v1/chat/completions").key(system).json(&body)
    }

    pub(super) async fn say(&self, system: &str, text: &str, stream: bool) -> Answer {
        self.call(system, text, stream).send().await
    }

    pub(super) async fn post(&self, system: &str, body: &'static str) -> Answer {
        Call::new(&self.base, Method::POST, "/v1/chat/completions").key(system).body(body).send().await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        Call::new(&self.base, Method::GET, path).key("support-chat").send().await
    }

    /// What happened so far, in order.
    pub(super) fn journal(&self) -> Vec<&'static str> {
        self.journal.lock().unwrap().clone()
    }

    /// Waits until something is so, a little.
    pub(super) async fn until(&self, what: &str, done: impl Fn(&HandMade) -> bool) {
        for _ in 0..100 {
            if done(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{what}: not within two seconds");
    }
}
