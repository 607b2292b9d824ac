//! The languages one can submit in: whether they work here, and why not.

use actix_web::web;
use actors::pool::Pools;
use actors::toolchains::ToolchainState;
use sandboxes::languages::Language;
use serde::Serialize;
use utoipa::ToSchema;

use crate::system::System;

/// All languages.
#[derive(Serialize, ToSchema)]
pub(crate) struct Languages {
    /// By id.
    languages: Vec<LanguageView>,
}

/// A language.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LanguageView {
    /// As the ICPC Contest API spells it.
    #[schema(example = "cpp")]
    id: String,
    name: String,
    aliases: Vec<String>,
    extensions: Vec<String>,
    /// Whether such a file means this language when nobody names one; not for a second implementation of a language.
    detected: bool,
    /// `on`, `off`, or `testing` while its self-test has not ended.
    state: &'static str,
    /// What its version command printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Why it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What a problem's time limit is multiplied with.
    time_factor: f64,
    /// The same for each pool: work goes where a language is on.
    pools: Vec<InPoolView>,
}

/// A language behind the wall of one pool.
#[derive(Serialize, ToSchema)]
pub(crate) struct InPoolView {
    /// `container`, `microvm` or `trusted`.
    pool: &'static str,
    /// `on`, `off` or `testing`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Lists the languages.
#[utoipa::path(get, path = "/api/v1/languages", tag = "languages", responses((status = 200, body = Languages)))]
pub(crate) async fn list(system: web::Data<System>) -> web::Json<Languages> {
    let languages = system.pools.catalogue().languages();
    let languages = languages
        .map(|language| view(&system.pools, language))
        .collect();
    web::Json(Languages { languages })
}

fn view(pools: &Pools, language: &Language) -> LanguageView {
    let state = pools
        .language(&language.id)
        .unwrap_or(ToolchainState::Testing);
    let (state, version, reason) = words(&state);
    let pools = pools.all().iter().filter_map(|pool| {
        let (_, here) = pool.toolchains().state(&language.id)?;
        let (state, version, reason) = words(&here);
        Some(InPoolView {
            pool: pool.kind().name(),
            state,
            version,
            reason,
        })
    });
    LanguageView {
        id: language.id.clone(),
        name: language.name.clone(),
        aliases: language.aliases.clone(),
        extensions: language.extensions.clone(),
        detected: language.detect,
        state,
        version,
        reason,
        time_factor: language.time_factor,
        pools: pools.collect(),
    }
}

fn words(state: &ToolchainState) -> (&'static str, Option<String>, Option<String>) {
    match state {
        ToolchainState::Testing => ("testing", None, None),
        ToolchainState::On { toolchain, .. } => ("on", Some(toolchain.version().to_owned()), None),
        ToolchainState::Off { reason } => ("off", None, Some(reason.clone())),
    }
}
