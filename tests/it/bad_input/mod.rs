//! Bad input gets a clear answer, and nothing is lost.

mod address;
mod disk;
mod gate;
mod keychain;
mod lost;
mod network;
mod pair;
mod people;
mod restart;
mod stale;
mod token;
mod writers;
