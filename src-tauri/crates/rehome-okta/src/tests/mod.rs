//! The client against small orgs on this machine.

mod calls;
mod connecting;
mod limits;
mod org;
mod pages;
mod reads;
mod reference;
mod repeats;
mod writes;
