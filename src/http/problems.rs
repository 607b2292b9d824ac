//! The problems one can submit to.

use std::path::Path;
use std::sync::Arc;

use actix_web::web;
use judging::ids::ProblemId;
use judging::packages::{Format, ProblemPackage, Statement};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, Code};
use super::times;
use crate::system::System;

/// Statements longer than this are not worth an answer.
const STATEMENT_CAP: u64 = 1 << 20;

/// All problems.
#[derive(Serialize, ToSchema)]
pub(crate) struct Problems {
    /// By id.
    problems: Vec<ProblemView>,
    /// Packages that break a rule and cannot be judged with.
    broken: Vec<BrokenView>,
}

/// A problem.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemView {
    id: String,
    name: String,
    /// CPU time of a run; absent until it was measured with the jury's own solutions.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_limit_ms: Option<f64>,
    memory_limit_bytes: u64,
    output_limit_bytes: u64,
    testcase_count: usize,
    sample_count: usize,
    /// `pass-fail` or `scoring`.
    r#type: &'static str,
    /// Content hash of the package.
    package: String,
    /// `legacy`, `legacy-icpc`, `2025-09`.
    #[schema(value_type = String)]
    format: Format,
    /// Whether it was uploaded; else it lies in a directory of the configuration.
    uploaded: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// Only when one problem is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<StatementView>,
}

/// A statement in one language.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementView {
    /// `en`.
    language: String,
    /// `tex`, `md`, `txt`, `pdf`, ...
    format: String,
    /// The text, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// A package that breaks a rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct BrokenView {
    /// Name of its directory.
    package: String,
    /// Stable, for programs.
    code: &'static str,
    /// The file and the rule.
    message: String,
}

/// Lists the problems.
#[utoipa::path(get, path = "/api/v1/problems", tag = "problems", responses((status = 200, body = Problems)))]
pub(crate) async fn list(system: web::Data<System>) -> web::Json<Problems> {
    let problems = system
        .problems
        .list()
        .iter()
        .map(|package| view(&system, package))
        .collect();
    let broken = system
        .problems
        .report()
        .broken
        .into_iter()
        .map(|broken| BrokenView {
            package: base_name(&broken.root),
            code: broken.code,
            message: broken.message,
        });
    web::Json(Problems {
        problems,
        broken: broken.collect(),
    })
}

/// Reads one problem with its statements.
#[utoipa::path(get, path = "/api/v1/problems/{id}", tag = "problems", params(("id" = String, Path, description = "a problem's id")),
    responses((status = 200, body = ProblemView), (status = 404, body = super::error::ErrorBody)))]
pub(crate) async fn read(
    system: web::Data<System>,
    id: web::Path<String>,
) -> Result<web::Json<ProblemView>, ApiError> {
    let id = ProblemId(id.into_inner());
    let package = system
        .problems
        .get(&id)
        .ok_or_else(|| ApiError::new(Code::ProblemNotFound, "there is no problem with this id"))?;
    let mut problem = view(&system, &package);
    problem.statements = web::block(move || statements(&package.statements))
        .await
        .map_err(|error| ApiError::internal("read a statement", &error))?;
    Ok(web::Json(problem))
}

fn view(system: &System, package: &Arc<ProblemPackage>) -> ProblemView {
    ProblemView {
        id: package.id.to_string(),
        name: package.name.clone(),
        time_limit_ms: system.problems.time_limit(package).map(times::millis),
        memory_limit_bytes: package.limits.memory_bytes,
        output_limit_bytes: package.limits.output_bytes,
        testcase_count: package.testcases.len(),
        sample_count: package
            .testcases
            .iter()
            .filter(|testcase| testcase.is_sample)
            .count(),
        r#type: if package.kind.scoring {
            "scoring"
        } else {
            "pass-fail"
        },
        package: package.hash.to_string(),
        format: package.format,
        uploaded: system.problems.is_uploaded(&package.id),
        warnings: package.warnings.iter().map(ToString::to_string).collect(),
        statements: Vec::new(),
    }
}

fn statements(statements: &[Statement]) -> Vec<StatementView> {
    statements
        .iter()
        .map(|statement| {
            let format = statement
                .path
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default();
            let plain = matches!(format, "tex" | "md" | "txt" | "html");
            StatementView {
                language: statement.language.clone(),
                format: format.to_owned(),
                text: plain.then(|| text(&statement.path)).flatten(),
            }
        })
        .collect()
}

fn text(path: &Path) -> Option<String> {
    let small = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() <= STATEMENT_CAP);
    if small {
        std::fs::read_to_string(path).ok()
    } else {
        None
    }
}

fn base_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
