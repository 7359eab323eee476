//! The two threads behind a journal: one writes with group commit, one reads.
//!
//! SQLite blocks, so it never runs on the async threads. Many callers that write at once share one fsync: the writer takes
//! everything that waits in its queue into one transaction.

use std::{
    cell::RefCell,
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::JournalError;

/// A moment of a transaction at which a process could end.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    BeforeCommit,
    /// On disk; nobody has been told yet.
    AfterCommit,
}

/// Called on the writing thread at each [`Moment`], with what the transaction does: what its tables noted, such as
/// `begin assign` or `decide wave`, else the name of the code that did it.
#[doc(hidden)]
pub type Watch = Box<dyn Fn(Moment, &[String]) + Send + Sync>;

thread_local! {
    /// What the command that is run notes about itself; `None`: nobody watches.
    static NOTES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Says what is written, for whoever watches. Nothing is worked out where nobody does.
pub(crate) fn note(words: impl FnOnce() -> String) {
    NOTES.with_borrow_mut(|notes| {
        if let Some(notes) = notes {
            let words = words();
            if !notes.contains(&words) {
                notes.push(words);
            }
        }
    });
}

/// Nobody watches, except in the tests that end a process at every write.
pub(crate) type Watched = Arc<OnceLock<Watch>>;

/// Most commands in one transaction: bounds how long the first caller waits.
const BATCH: usize = 1_024;

/// What a command did, told to its caller only once it is known whether the transaction was committed.
struct Answer {
    error: Option<JournalError>,
    reply: Box<dyn FnOnce(Result<(), JournalError>) + Send>,
}

/// Runs on the connection, or is told why it cannot run.
type Work = Box<dyn FnOnce(Result<&Connection, JournalError>) -> Answer + Send>;

struct Batched {
    /// What it does, as a name of code.
    name: &'static str,
    work: Work,
}

enum Write {
    Batched(Batched),
    /// What cannot run within a transaction, such as `VACUUM`.
    Alone(Box<dyn FnOnce(&mut Connection) + Send>),
}

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// A queue and the thread that serves it. Dropping it lets the thread finish what is queued, and waits for that.
struct Worker<C> {
    queue: Option<Sender<C>>,
    thread: Option<JoinHandle<()>>,
}

impl<C: Send + 'static> Worker<C> {
    fn start(name: &str, serve: impl FnOnce(Receiver<C>) + Send + 'static) -> Result<Self, JournalError> {
        let (queue, commands) = channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(commands))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    async fn ask<T>(&self, command: C, answer: oneshot::Receiver<Result<T, JournalError>>) -> Result<T, JournalError> {
        let queue = self.queue.as_ref().ok_or(JournalError::Stopped)?;
        queue.send(command).map_err(|_| JournalError::Stopped)?;
        answer.await.map_err(|_| JournalError::Stopped)?
    }
}

impl<C> Drop for Worker<C> {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a journal thread panicked");
        }
    }
}

pub(crate) struct Reader(Worker<Read>);

impl Reader {
    pub fn start(conn: Connection) -> Result<Self, JournalError> {
        Worker::start("journal-read", move |commands: Receiver<Read>| {
            for command in commands {
                command(&conn);
            }
        })
        .map(Self)
    }

    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        let command: Read = Box::new(move |conn| {
            // A caller that went away needs no answer.
            let _ = tell.send(work(conn));
        });
        self.0.ask(command, told).await
    }
}

pub(crate) struct Writer(Worker<Write>);

impl Writer {
    /// `held` lives as long as the connection: the lock file.
    pub fn start(conn: Connection, held: impl Send + 'static, watched: Watched) -> Result<Self, JournalError> {
        Worker::start("journal-write", move |commands| {
            serve_writes(conn, &commands, &watched);
            drop(held);
        })
        .map(Self)
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        let name = std::any::type_name_of_val(&work);
        let work: Work = Box::new(move |conn| {
            let done = conn.and_then(work);
            Answer {
                error: done.as_ref().err().cloned(),
                reply: Box::new(move |committed| {
                    let _ = tell.send(done.and_then(|value| committed.map(|()| value)));
                }),
            }
        });
        let command = Batched { name, work };
        self.0.ask(Write::Batched(command), told).await
    }

    /// Outside of any transaction, with everything queued before it committed.
    pub async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        let command = Write::Alone(Box::new(move |conn| {
            let _ = tell.send(work(conn));
        }));
        self.0.ask(command, told).await
    }
}

fn serve_writes(mut conn: Connection, commands: &Receiver<Write>, watch: &Watched) {
    while let Ok(first) = commands.recv() {
        let mut batch = Vec::new();
        let mut next = Some(first);
        let mut last = None;
        while let Some(command) = next.take() {
            match command {
                Write::Batched(command) => batch.push(command),
                Write::Alone(command) => {
                    last = Some(command);
                    break;
                }
            }
            if batch.len() < BATCH {
                next = commands.try_recv().ok();
            }
        }
        commit_together(&conn, batch, watch);
        if let Some(command) = last {
            command(&mut conn);
        }
    }
}

/// One transaction for all, a savepoint for each: one bad command does not undo the others.
fn commit_together(conn: &Connection, batch: Vec<Batched>, watched: &Watched) {
    let watch = watched.get();
    let mut names: Vec<String> = Vec::new();
    let mut done: Vec<Answer> = Vec::with_capacity(batch.len());
    for Batched { name, work: command } in batch {
        NOTES.set(watch.map(|_| Vec::new()));
        if conn.is_autocommit()
            && let Err(error) = control(conn, "BEGIN IMMEDIATE")
        {
            (command(Err(error.clone())).reply)(Err(error));
            continue;
        }
        let ready = control(conn, "SAVEPOINT command");
        let answer = command(ready.map(|()| conn));
        let kept = match &answer.error {
            None => control(conn, "RELEASE command"),
            Some(error) if conn.is_autocommit() => Err(error.clone()),
            Some(_) => control(conn, "ROLLBACK TO command").and_then(|()| control(conn, "RELEASE command")),
        };
        done.push(answer);
        if let Some(noted) = NOTES.take() {
            let plain = noted.is_empty().then(|| short(name).to_owned());
            names.extend(noted.into_iter().chain(plain));
        }
        if let Err(error) = kept {
            // On a full or failing disk SQLite may give up the whole transaction: then nobody's work in it was stored.
            abandon(conn);
            answer_all(&mut done, &Err(error));
        }
    }
    if done.is_empty() {
        return;
    }
    if let Some(watch) = watch {
        watch(Moment::BeforeCommit, &names);
    }
    let committed = control(conn, "COMMIT");
    if committed.is_err() {
        abandon(conn);
    }
    if let Some(watch) = watch {
        watch(Moment::AfterCommit, &names);
    }
    answer_all(&mut done, &committed);
}

/// The method, from the name of the closure that does its work.
fn short(name: &str) -> &str {
    let own = name.split("::{{closure}}").next().unwrap_or(name);
    own.rsplit("::").next().unwrap_or(own)
}

fn control(conn: &Connection, sql: &str) -> Result<(), JournalError> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn abandon(conn: &Connection) {
    if !conn.is_autocommit()
        && let Err(error) = control(conn, "ROLLBACK")
    {
        tracing::error!(%error, "a journal transaction could not be rolled back");
    }
}

fn answer_all(done: &mut Vec<Answer>, committed: &Result<(), JournalError>) {
    for answer in done.drain(..) {
        (answer.reply)(committed.clone());
    }
}
