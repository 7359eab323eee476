//! The client against small orgs on this machine.

mod calls;
mod connecting;
mod fault_table;
mod limits;
mod org;
mod pages;
mod reads;
mod reference;
mod repeats;
mod service_app;
mod wire;
mod writes;
mod written;
