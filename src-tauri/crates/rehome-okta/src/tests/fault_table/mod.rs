//! The fault table: every fault of the practice org in every class of call, once and for good; what the client did, and
//! whether the org had acted. With `REHOME_FIGURES` set, the table and its counts are written into that folder.

mod calls;
mod figures;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use expect_test::expect;
use rehome_practice::{Fault, Options, PracticeOrg, SignIns};
use tokio::task::JoinSet;

use self::calls::{CallClass, Did, Target};
use super::org::{Remembered, options};
use crate::{Client, Timeouts, WaitReason};

/// How much faster the org's clock runs, so that waits of minutes take milliseconds.
const SPEED: u32 = 1000;

/// Every fault by its name. A slow answer takes longer than the client waits.
fn faults() -> Vec<(String, Fault)> {
    let named = |fault: Fault| match fault {
        Fault::Slow(_) => ("slow".to_owned(), Fault::Slow(Duration::from_secs(10) * SPEED)),
        other => (other.to_string(), other),
    };
    Fault::all().into_iter().map(named).collect()
}

/// How an org and its client are set up for a fault.
struct Setting {
    speed: u32,
    /// Seconds that the client waits for an answer.
    patience: u64,
}

impl Setting {
    fn of(fault: &Fault, times: u32) -> Self {
        match fault {
            // Its window ends in 2 org seconds: they must outlast the way back of the answer on a busy machine.
            Fault::RateLimited => Self {
                speed: 100,
                patience: 20,
            },
            // Once, the answer after it must be in time also on a busy machine; for good, none is.
            Fault::Slow(_) if times == 1 => Self {
                speed: SPEED,
                patience: 5,
            },
            Fault::Slow(_) => Self {
                speed: SPEED,
                patience: 1,
            },
            _ => Self {
                speed: SPEED,
                patience: 20,
            },
        }
    }
}

/// What happened in one place of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    did: Did,
    /// Calls that went over the wire.
    calls: usize,
    /// Why it waited in between.
    waits: BTreeSet<&'static str>,
    /// Whether the org did what the call asks for; for reads, nothing.
    acted: Option<bool>,
}

impl Cell {
    fn words(&self) -> String {
        let calls = if self.calls == 1 { "call" } else { "calls" };
        let mut words = format!("{}, {} {calls}", self.did, self.calls);
        for why in &self.waits {
            words.push_str(&format!(", waited ({why})"));
        }
        match self.acted {
            Some(true) => words + "; the org acted",
            Some(false) => words + "; the org did not act",
            None => words,
        }
    }

    /// What must never be: said to be done and is not, said to be not done and is, sent again without knowing.
    fn lie(&self) -> Option<&'static str> {
        match (&self.did, self.acted) {
            (Did::Done, Some(false)) => Some("said to be done, and is not"),
            (Did::NotSent(_) | Did::Refused(_), Some(true)) => Some("said not to be done, and is"),
            (Did::Unknown(_), _) if self.calls > 1 => Some("sent again without knowing"),
            _ if self.calls > 10 => Some("more than ten calls"),
            _ => None,
        }
    }
}

fn word(why: &WaitReason) -> &'static str {
    match why {
        WaitReason::Limit { .. } => "limit",
        WaitReason::Concurrency => "concurrency",
        WaitReason::ServerBusy => "server busy",
        WaitReason::Reconciling => "reconciling",
        WaitReason::ReadOnly => "read-only",
        WaitReason::Network { .. } => "network",
    }
}

/// An org in which the call of a class makes sense. Making one takes a while, so that it serves until it has acted.
struct Stage {
    org: PracticeOrg,
    target: Target,
}

impl Stage {
    async fn set(class: CallClass, speed: u32) -> Self {
        let org = PracticeOrg::start(Options {
            people: 60,
            speed,
            sign_ins: SignIns::Manual,
            ..Options::default()
        });
        let org = org.await.expect("a free port");
        let target = Target::find(&org.control());
        let (client, _) = Self::client(&org, CallClass::ReadOne, speed, 20);
        class.prepare(&client, &org.control(), &target).await;
        Self { org, target }
    }

    fn client(org: &PracticeOrg, class: CallClass, speed: u32, patience: u64) -> (Client, Arc<Remembered>) {
        let observer = Arc::new(Remembered::default());
        let mut options = options(org.url(), Arc::clone(&observer), speed, 8);
        options.credential = class.credential(org);
        let timeouts = Timeouts {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(patience),
            ..Timeouts::default()
        };
        (Client::with_timeouts(options, timeouts).expect("a client"), observer)
    }

    async fn play(&self, class: CallClass, fault: Fault, times: u32) -> Cell {
        let Self { org, target } = self;
        let Setting { speed, patience } = Setting::of(&fault, times);
        let (client, observer) = Self::client(org, class, speed, patience);
        let faults = org.control().faults();
        if let Some(app) = client.client_id() {
            client.granted().await.expect("an access token");
            faults.expire_access(app);
        }
        let before = observer.told().calls.len();
        let (method, path) = class.address(target);
        faults.arm_times(fault, method, &path, 1, times);
        let did = class.call(&client, target).await;
        let told = observer.told();
        let acted = class.acted(&client, &org.control(), target).await;
        // Also makes a revoked token valid again, and must come after the look whether it is.
        faults.clear();
        Cell {
            did,
            calls: told.calls.len() - before,
            waits: told.waits.iter().map(|wait| word(&wait.why)).collect(),
            acted,
        }
    }
}

/// A place of the table: which fault, which class, once (1) or for good.
type Place = (usize, CallClass, u32);

/// All faults in one class of call.
async fn column(class: CallClass) -> Vec<(Place, Cell)> {
    const FOR_GOOD: u32 = 1000;
    let mut cells = Vec::new();
    let mut stage: Option<(u32, Stage)> = None;
    for (number, (_, fault)) in faults().into_iter().enumerate() {
        for times in [1, FOR_GOOD] {
            let speed = Setting::of(&fault, times).speed;
            let (_, set) = match stage.take() {
                Some(set) if set.0 == speed => stage.insert(set),
                _ => stage.insert((speed, Stage::set(class, speed).await)),
            };
            let cell = set.play(class, fault.clone(), times).await;
            // A call that was given up can still arrive, and spring the next trap.
            if cell.acted == Some(true) || matches!(fault, Fault::Slow(_)) {
                stage = None;
            }
            cells.push(((number, class, times), cell));
        }
    }
    cells
}

async fn table() -> BTreeMap<Place, Cell> {
    let columns: JoinSet<_> = CallClass::ALL.into_iter().map(column).collect();
    columns.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_in_every_class_of_call() {
    let table = table().await;
    let faults = faults();
    figures::write(&table, &faults);
    let lies: Vec<_> = table
        .iter()
        .filter_map(|((fault, class, times), cell)| {
            let (name, _) = &faults[*fault];
            let lie = cell.lie()?;
            Some(format!("{name}, {class:?}, {times}: {lie}: {}", cell.words()))
        })
        .collect();
    assert_eq!(lies, Vec::<String>::new());
    expect![[r#"
        rate-limited, once
            read one, read pages: answered, 2 calls, waited (limit)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 2 calls, waited (limit); the org acted
            renew access: answered, 4 calls, waited (limit)
        rate-limited, for good
            read one, read pages: failed (Limit), 10 calls, waited (limit)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: not sent (Limit), 10 calls, waited (limit); the org did not act
            renew access: failed (Limit), 6 calls, waited (limit)
        concurrency-limited, once
            read one, read pages: answered, 2 calls, waited (concurrency)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 2 calls, waited (concurrency); the org acted
            renew access: answered, 4 calls, waited (limit)
        concurrency-limited, for good
            read one, read pages: failed (Limit), 10 calls, waited (concurrency)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: not sent (Limit), 10 calls, waited (concurrency); the org did not act
            renew access: failed (Limit), 6 calls, waited (limit)
        status-401-E0000011, once
            read one, read pages: failed (Credential), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: refused (Credential), 1 call; the org did not act
            renew access: failed (Credential), 2 calls
        status-401-E0000011, for good
            read one, read pages: failed (Credential), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: refused (Credential), 1 call; the org did not act
            renew access: failed (Credential), 2 calls
        status-403-E0000006, once
            read one, read pages: failed (Forbidden), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: refused (Forbidden), 1 call; the org did not act
            renew access: failed (Credential), 2 calls
        status-403-E0000006, for good
            read one, read pages: failed (Forbidden), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: refused (Forbidden), 1 call; the org did not act
            renew access: failed (Credential), 2 calls
        status-404-E0000007, once
            read one, read pages: failed (NotFound), 1 call
            assign, update, put group, deactivate app, revoke token: refused (NotFound), 1 call; the org did not act
            unassign, remove group, delete app: unknown (NotFound), 1 call; the org did not act
            renew access: failed (Credential), 2 calls
        status-404-E0000007, for good
            read one, read pages: failed (NotFound), 1 call
            assign, update, put group, deactivate app, revoke token: refused (NotFound), 1 call; the org did not act
            unassign, remove group, delete app: unknown (NotFound), 1 call; the org did not act
            renew access: failed (Credential), 2 calls
        status-409-E0000112, once
            read one, read pages: answered, 2 calls, waited (reconciling)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 2 calls, waited (reconciling); the org acted
            renew access: failed (Credential), 2 calls
        status-409-E0000112, for good
            read one, read pages: failed (Conflict), 5 calls, waited (reconciling)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: refused (Conflict), 5 calls, waited (reconciling); the org did not act
            renew access: failed (Credential), 2 calls
        status-423-E0000239, once
            read one, read pages: answered, 2 calls, waited (reconciling)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 2 calls, waited (reconciling); the org acted
            renew access: failed (Credential), 2 calls
        status-423-E0000239, for good
            read one, read pages: failed (Conflict), 5 calls, waited (reconciling)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: refused (Conflict), 5 calls, waited (reconciling); the org did not act
            renew access: failed (Credential), 2 calls
        status-500-E0000009, once
            read one, read pages: answered, 2 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: answered, 4 calls, waited (server busy)
        status-500-E0000009, for good
            read one: failed (Server), 5 calls, waited (server busy)
            read pages: failed (Server), 10 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        status-502-E0000240, once
            read one, read pages: answered, 2 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: answered, 4 calls, waited (server busy)
        status-502-E0000240, for good
            read one, read pages: failed (Server), 5 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        status-503-E0000010, once
            read one, read pages: answered, 2 calls, waited (read-only)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 2 calls, waited (read-only); the org acted
            renew access: answered, 4 calls, waited (server busy)
        status-503-E0000010, for good
            read one, read pages: failed (Server), 5 calls, waited (read-only)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: not sent (Server), 5 calls, waited (read-only); the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        status-504-E0000241, once
            read one, read pages: answered, 2 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: answered, 4 calls, waited (server busy)
        status-504-E0000241, for good
            read one: failed (Server), 5 calls, waited (server busy)
            read pages: failed (Server), 10 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        html-502, once
            read one, read pages: answered, 2 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: answered, 4 calls, waited (server busy)
        html-502, for good
            read one, read pages: failed (Server), 5 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        html-503, once
            read one, read pages: answered, 2 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: answered, 4 calls, waited (server busy)
        html-503, for good
            read one, read pages: failed (Server), 5 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        html-504, once
            read one, read pages: answered, 2 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: answered, 4 calls, waited (server busy)
        html-504, for good
            read one: failed (Server), 5 calls, waited (server busy)
            read pages: failed (Server), 10 calls, waited (server busy)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Server), 1 call; the org did not act
            renew access: failed (Server), 6 calls, waited (server busy)
        html-200, once
            read one, read pages: failed (Answer), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Answer), 1 call; the org did not act
            renew access: failed (Answer), 2 calls
        html-200, for good
            read one, read pages: failed (Answer), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Answer), 1 call; the org did not act
            renew access: failed (Answer), 2 calls
        reset-before, once
            read one, read pages: answered, 2 calls, waited (network)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Network), 1 call; the org did not act
            renew access: answered, 4 calls, waited (network)
        reset-before, for good
            read one, read pages: failed (Network), 5 calls, waited (network)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Network), 1 call; the org did not act
            renew access: failed (Network), 6 calls, waited (network)
        reset-after, once
            read one, read pages: answered, 2 calls, waited (network)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Network), 1 call; the org acted
            renew access: answered, 4 calls, waited (network)
        reset-after, for good
            read one, read pages: failed (Network), 5 calls, waited (network)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Network), 1 call; the org acted
            renew access: failed (Network), 6 calls, waited (network)
        slow, once
            read one, read pages: answered, 2 calls, waited (network)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Network), 1 call; the org did not act
            renew access: answered, 4 calls, waited (network)
        slow, for good
            read one: failed (Network), 5 calls, waited (network)
            read pages: failed (Network), 10 calls, waited (network)
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: unknown (Network), 1 call; the org did not act
            renew access: failed (Network), 6 calls, waited (network)
        wrong-json, once
            read one, read pages: failed (Answer), 1 call
            assign, update, put group, deactivate app: unknown (Answer), 1 call; the org acted
            unassign, remove group, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Answer), 2 calls
        wrong-json, for good
            read one, read pages: failed (Answer), 1 call
            assign, update, put group, deactivate app: unknown (Answer), 1 call; the org acted
            unassign, remove group, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Answer), 2 calls
        truncated, once
            read one, read pages: answered, 2 calls, waited (network)
            assign, update, put group, deactivate app: unknown (Network), 1 call; the org acted
            unassign, remove group, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 4 calls, waited (network)
        truncated, for good
            read one, read pages: failed (Network), 5 calls, waited (network)
            assign, update, put group, deactivate app: unknown (Network), 1 call; the org acted
            unassign, remove group, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Network), 6 calls, waited (network)
        wrong-shape, once
            read one, read pages: failed (Answer), 1 call
            assign, update, put group: unknown (Answer), 1 call; the org acted
            unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Answer), 2 calls
        wrong-shape, for good
            read one, read pages: failed (Answer), 1 call
            assign, update, put group: unknown (Answer), 1 call; the org acted
            unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Answer), 2 calls
        empty-body, once
            read one, read pages: failed (Answer), 1 call
            assign, update, put group: unknown (Answer), 1 call; the org acted
            unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Answer), 2 calls
        empty-body, for good
            read one, read pages: failed (Answer), 1 call
            assign, update, put group: unknown (Answer), 1 call; the org acted
            unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: failed (Answer), 2 calls
        stale-read, once
            read one, read pages: answered, 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        stale-read, for good
            read one, read pages: answered, 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        next-elsewhere, once
            read one: answered, 1 call
            read pages: failed (Answer), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        next-elsewhere, for good
            read one: answered, 1 call
            read pages: failed (Answer), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        next-loop, once
            read one: answered, 1 call
            read pages: failed (Answer), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        next-loop, for good
            read one: answered, 1 call
            read pages: failed (Answer), 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        repeated-items, once
            read one, read pages: answered, 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
        repeated-items, for good
            read one, read pages: answered, 1 call
            assign, update, put group, unassign, remove group, deactivate app, delete app, revoke token: done, 1 call; the org acted
            renew access: answered, 3 calls
    "#]].assert_eq(&figures::by_fault(&table, &faults));
}
