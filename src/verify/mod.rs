//! Verifying packages: every jury submission becomes a submission like any other, is judged by the same actors, and is held
//! against what it promises.
//!
//! - `jury`: one jury submission, from its files to a judgement
//! - `package`: all of one package, time limit first
//! - `limits`: the limit of a package that leaves it to be found, and how much room there is around it
//! - `outcome`: what came of it, in the shape clients see
//! - `ledger`: what it cost

pub(crate) mod jury;
pub(crate) mod ledger;
pub(crate) mod limits;
pub(crate) mod outcome;
pub(crate) mod package;
