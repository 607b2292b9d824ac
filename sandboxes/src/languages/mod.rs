//! Languages as data: what is in `languages/*.toml`, and how it becomes programs behind a wall.
//!
//! A [`Language`] is a definition. Found on a host it is a [`Toolchain`], which plans compiling ([`CompilePlan`]) and running
//! ([`RunPlan`]); [`compile()`] carries a plan out in a sandbox and [`Artifact`] keeps the result on disk. [`self_test()`] decides
//! whether a language is on. **Invariant:** no code here knows a language by name; a new language is a new file.

mod artifact;
mod catalogue;
mod class_file;
mod compile;
mod definition;
mod detection;
mod entry;
mod reading;
mod remembered;
mod self_test;
mod sources;
mod template;
mod toolchain;
#[cfg(test)]
mod toy;

pub use artifact::{Artifact, ArtifactError, Manifest, ManifestFile};
pub use catalogue::{Catalogue, CatalogueError};
pub use compile::{CompileFailure, CompileReport, Compiled, Produced, compile};
pub use definition::{
    Amount, ArtifactRule, CompileNeeds, CompileStep, EntryKind, EntryRule, Hint, HostNeeds,
    Language, Mount, OutOfMemory, Packages, RunRule, SelfTest, SourceRules, Variant, VersionRule,
};
pub use detection::{ContentRule, Pattern};
pub use reading::Mistake;
pub use remembered::Remembered;
pub use self_test::{LanguageState, self_test};
pub use sources::{SourceBounds, SourceError, SourceFile, Sources};
pub use toolchain::{Absent, CompileBounds, CompilePlan, RunPlan, Toolchain};
