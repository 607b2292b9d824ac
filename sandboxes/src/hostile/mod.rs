//! Hostile programs and what must remain after them, for tests and for `gavel verify --hostile`.
//!
//! A [`Crime`] is a program of `testdata/hostile/` with what its head promises. A [`Suite`] stands behind one wall (a [`Site`]
//! says which, and what can be looked at from the host) and commits crimes there: each ends in a [`Ruling`], which lists every
//! promise of the wall that was not kept. **Invariant:** whatever a crime does is a ruling; an `Err` is a failure of ours.

mod bait;
mod commit;
mod compiling;
mod crime;
mod dialogue;
mod head;
mod honest;
mod inspection;
mod mixed;
mod remains;
mod rows;
mod ruling;
mod site;
mod suite;
mod tools;

pub use crime::{Crime, Evidence, Known, Stage, crimes};
pub use head::HeadError;
pub use mixed::{Bound, Mixed, MixedReport, Series};
pub use rows::{ROWS, Row};
pub use ruling::{Ruling, verdict};
pub use site::{HostView, Site, Toolchains};
pub use suite::{Suite, SuiteError};
