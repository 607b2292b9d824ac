//! Problem packages over HTTP: upload, versions, deletion. The archive is streamed to disk, bounded, and unpacked there;
//! nothing of it is served before all of it is checked and durable.

#![expect(
    unused_qualifications,
    reason = "the path macro spells the type of the query out in full"
)]

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, ContentDisposition, LOCATION};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use actors::problems::{Incoming, UploadError, Version};
use futures_util::{Stream, StreamExt};
use judging::ids::{ContentHash, ProblemId};
use judging::packages::archives::{self, ArchiveError};
use judging::packages::{Format, ProblemPackage};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Code};
use super::{origin, times};
use crate::system::System;

/// Uploads at once: each may write as much as `http.max_package`, and is hashed on a thread of its own.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Pieces of a body between the network and the disk: a client faster than the disk waits.
const PIECES: usize = 16;
/// What an upload is called while it is received.
const ARCHIVE: &str = "upload.zip";

/// How an upload is named.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// The problem's id; else the name of the archive, or of the only directory in it.
    id: Option<String>,
}

/// What is deleted although it is in use.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteQuery {
    /// Also when submissions wait for it or a contest has it: they end in JE.
    #[serde(default)]
    force: bool,
}

/// A package that was taken in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadedView {
    id: String,
    name: String,
    /// Content hash: names this version.
    hash: String,
    /// `legacy`, `legacy-icpc`, `2025-09`.
    #[schema(value_type = String)]
    format: Format,
    testcases: usize,
    samples: usize,
    /// Jury submissions in it.
    submissions: usize,
    /// Whether this version was not there before.
    created: bool,
    warnings: Vec<String>,
}

/// The versions of a problem.
#[derive(Serialize, ToSchema)]
pub(crate) struct Versions {
    /// The newest first.
    versions: Vec<VersionView>,
}

/// One version.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionView {
    /// Content hash.
    hash: String,
    /// Whether it is the one that is judged with.
    active: bool,
    /// `upload`, or `directory` for a package of the configured directories.
    source: &'static str,
    /// When; absent for one that was not uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    uploaded_at: Option<String>,
    name: String,
    testcases: usize,
}

/// Takes a problem package in: a `.zip` or `.kpp` as the body, or as a file of a form. It is judged with from then on.
#[utoipa::path(post, path = "/api/v1/problems", tag = "problems", params(UploadQuery),
    request_body(content_type = "application/zip", content = Vec<u8>, description = "the archive; multipart/form-data works too"),
    responses(
        (status = 201, body = UploadedView, description = "a new version"),
        (status = 200, body = UploadedView, description = "this version was there already"),
        (status = 400, body = super::error::ErrorBody), (status = 413, body = super::error::ErrorBody),
        (status = 415, body = super::error::ErrorBody), (status = 422, body = super::error::ErrorBody),
        (status = 503, body = super::error::ErrorBody)))]
pub(crate) async fn upload(
    system: web::Data<System>,
    request: HttpRequest,
    query: web::Query<UploadQuery>,
    body: web::Payload,
) -> Result<HttpResponse, ApiError> {
    origin::check(request.headers(), &system.http.allowed_origins)?;
    if system.is_draining() {
        return Err(ApiError::new(Code::Draining, "the server is stopping")
            .retry_after(Duration::from_secs(5)));
    }
    let _permit = AT_ONCE.try_acquire().map_err(|_| {
        ApiError::new(Code::Busy, "other packages are being uploaded")
            .retry_after(Duration::from_secs(5))
    })?;
    let named = query.into_inner().id.map(problem_id).transpose()?;
    let library = &system.problems;
    let received = library.incoming().map_err(refused)?;
    let staged = library.incoming().map_err(refused)?;
    let archive = received.path().join(ARCHIVE);
    let file_name = receive(&system, &request, body, &archive).await?;
    let by_file = file_name.as_deref().and_then(stem).map(str::to_owned);
    let library = library.clone();
    let taken = web::block(move || {
        let id = unpack(&received, &staged, named, by_file)?;
        library.upload(&staged, &id, times::now()).map_err(refused)
    });
    let taken = taken
        .await
        .map_err(|error| ApiError::internal("take a package in", &error))??;
    system.problems_changed();
    let view = uploaded(&taken.package, taken.is_new);
    let status = if taken.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(HttpResponse::build(status)
        .insert_header((LOCATION, format!("/api/v1/problems/{}", view.id)))
        .json(view))
}

/// Unpacks the archive in `received` into `staged`, in a directory of the problem's id.
fn unpack(
    received: &Incoming,
    staged: &Incoming,
    named: Option<ProblemId>,
    by_file: Option<String>,
) -> Result<ProblemId, ApiError> {
    let (archive, unpacked) = (
        received.path().join(ARCHIVE),
        received.path().join("unpacked"),
    );
    let archive =
        File::open(archive).map_err(|error| ApiError::internal("open an upload", &error))?;
    let own = archives::unpack(archive, &unpacked, archives::Bounds::default());
    let own = own.map_err(|error| not_unpacked(&error))?;
    let id = match (named, own.or(by_file)) {
        (Some(id), _) => id,
        (None, Some(name)) => problem_id(name)?,
        (None, None) => {
            let sentence = "the archive does not say which problem it is: give it a name ending in .zip, or say ?id=";
            return Err(ApiError::new(Code::InvalidProblemId, sentence));
        }
    };
    std::fs::rename(&unpacked, staged.path().join(id.as_str()))
        .map_err(|error| ApiError::internal("stage a package", &error))?;
    Ok(id)
}

/// Lists the versions of a problem, the newest first.
#[utoipa::path(get, path = "/api/v1/problems/{id}/versions", tag = "problems", params(("id" = String, Path, description = "a problem's id")),
    responses((status = 200, body = Versions), (status = 404, body = super::error::ErrorBody)))]
pub(crate) async fn versions(
    system: web::Data<System>,
    id: web::Path<String>,
) -> Result<web::Json<Versions>, ApiError> {
    let id = ProblemId(id.into_inner());
    let active = system.problems.get(&id);
    let library = system.problems.clone();
    let asked = id.clone();
    let uploaded = web::block(move || library.versions(&asked))
        .await
        .map_err(|error| ApiError::internal("list versions", &error))?
        .map_err(refused)?;
    let Some(active) = active else {
        return Err(ApiError::new(
            Code::ProblemNotFound,
            "there is no problem with this id",
        ));
    };
    let mut versions: Vec<_> = uploaded
        .iter()
        .map(|version| view(version, active.hash))
        .collect();
    if !system.problems.is_uploaded(&id) {
        versions.push(VersionView {
            hash: active.hash.to_string(),
            active: true,
            source: "directory",
            uploaded_at: None,
            name: active.name.clone(),
            testcases: active.testcases.len(),
        });
    }
    Ok(web::Json(Versions { versions }))
}

/// Deletes an uploaded problem with all its versions. Judgements under way end as they would have.
#[utoipa::path(delete, path = "/api/v1/problems/{id}", tag = "problems", params(("id" = String, Path, description = "a problem's id"), DeleteQuery),
    responses((status = 204), (status = 404, body = super::error::ErrorBody), (status = 409, body = super::error::ErrorBody)))]
pub(crate) async fn delete(
    system: web::Data<System>,
    request: HttpRequest,
    id: web::Path<String>,
    query: web::Query<DeleteQuery>,
) -> Result<HttpResponse, ApiError> {
    remove(
        &system,
        &request,
        ProblemId(id.into_inner()),
        None,
        query.force,
    )
    .await
}

/// Deletes one uploaded version of a problem; the one before it is judged with from then on.
#[utoipa::path(delete, path = "/api/v1/problems/{id}/versions/{hash}", tag = "problems",
    params(("id" = String, Path, description = "a problem's id"), ("hash" = String, Path, description = "a content hash"), DeleteQuery),
    responses((status = 204), (status = 404, body = super::error::ErrorBody), (status = 409, body = super::error::ErrorBody)))]
pub(crate) async fn delete_version(
    system: web::Data<System>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    query: web::Query<DeleteQuery>,
) -> Result<HttpResponse, ApiError> {
    let (id, hash) = path.into_inner();
    let hash = hash.parse().map_err(|_| {
        ApiError::new(
            Code::VersionNotFound,
            "a version is named by 64 hexadecimal digits",
        )
    })?;
    remove(&system, &request, ProblemId(id), Some(hash), query.force).await
}

async fn remove(
    system: &web::Data<System>,
    request: &HttpRequest,
    id: ProblemId,
    only: Option<ContentHash>,
    force: bool,
) -> Result<HttpResponse, ApiError> {
    origin::check(request.headers(), &system.http.allowed_origins)?;
    if system.problems.get(&id).is_none() {
        return Err(ApiError::new(
            Code::ProblemNotFound,
            "there is no problem with this id",
        ));
    }
    let owner = system.clone();
    let work = web::block(move || {
        let library = &owner.problems;
        let versions = library.versions(&id).map_err(refused)?;
        if versions.is_empty() {
            let sentence = "this problem lies in a directory of the configuration; only uploaded ones can be deleted here";
            return Err(ApiError::new(Code::ProblemNotUploaded, sentence));
        }
        let last = only.is_none_or(|only| versions.iter().all(|version| version.hash == only));
        if last && !force {
            check_unused(&owner, &id)?;
        }
        library.delete(&id, only).map_err(refused)
    });
    work.await
        .map_err(|error| ApiError::internal("delete a problem", &error))??;
    system.problems_changed();
    Ok(HttpResponse::NoContent().finish())
}

/// Whoever waits for a problem that is gone ends in JE: better to be told before.
fn check_unused(system: &System, id: &ProblemId) -> Result<(), ApiError> {
    let contest = system
        .contests
        .by_id
        .values()
        .find(|contest| contest.problems.iter().any(|problem| problem.id == *id));
    if let Some(contest) = contest {
        let sentence = format!(
            "the contest {} has this problem; ?force=true deletes it all the same",
            contest.id
        );
        return Err(ApiError::new(Code::ProblemInUse, sentence));
    }
    let failed = |error| ApiError::internal("look for submissions that wait", &error);
    let mut waiting = 0;
    for pending in system
        .store
        .pending()
        .map_err(|error| failed(error.to_string()))?
    {
        let found = system.store.view(pending.judgement.submission);
        let found = found.map_err(|error| failed(error.to_string()))?;
        waiting += usize::from(found.is_some_and(|view| view.submission.problem == *id));
    }
    if waiting > 0 {
        let sentence = format!(
            "{waiting} submissions to this problem wait for their verdict; ?force=true deletes it all the same"
        );
        return Err(ApiError::new(Code::ProblemInUse, sentence).retry_after(Duration::from_secs(5)));
    }
    Ok(())
}

/// Streams the body, or the first file of a form, into `archive`. Returns the name it came with.
async fn receive(
    system: &System,
    request: &HttpRequest,
    body: web::Payload,
    archive: &Path,
) -> Result<Option<String>, ApiError> {
    let cap = system.http.max_package.0;
    let patience = system.http.request_timeout.0;
    let file_name =
        |disposition: &ContentDisposition| disposition.get_filename().map(str::to_owned);
    if request.content_type().starts_with("multipart/") {
        let mut form = actix_multipart::Multipart::new(request.headers(), body);
        while let Some(field) = form.next().await {
            let field = field.map_err(|error| broken_off(&error))?;
            let name = field.content_disposition().and_then(file_name);
            if name.is_none() && field.name() != Some("file") {
                continue;
            }
            save(
                field.map(|piece| piece.map_err(|error| broken_off(&error))),
                archive,
                cap,
                patience,
            )
            .await?;
            return Ok(name);
        }
        return Err(ApiError::new(Code::InvalidRequest, "the form has no file"));
    }
    let kind = request.content_type();
    if !matches!(
        kind,
        "application/zip" | "application/x-zip-compressed" | "application/octet-stream"
    ) {
        let sentence = "send the archive with Content-Type: application/zip, or as a file of multipart/form-data";
        return Err(ApiError::new(Code::UnsupportedMediaType, sentence));
    }
    let name = request.headers().get(CONTENT_DISPOSITION);
    let name = name.and_then(|value| ContentDisposition::from_raw(value).ok());
    save(
        body.map(|piece| piece.map_err(ApiError::from)),
        archive,
        cap,
        patience,
    )
    .await?;
    Ok(name.as_ref().and_then(file_name))
}

/// Writes a stream to a file on a thread that may block, up to `cap` bytes; each piece may take `patience` to come.
async fn save(
    body: impl Stream<Item = Result<web::Bytes, ApiError>>,
    archive: &Path,
    cap: u64,
    patience: Duration,
) -> Result<(), ApiError> {
    let (sender, mut pieces) = mpsc::channel::<web::Bytes>(PIECES);
    let path: PathBuf = archive.to_owned();
    let writer = tokio::task::spawn_blocking(move || {
        let mut file = File::create(path)?;
        while let Some(piece) = pieces.blocking_recv() {
            file.write_all(&piece)?;
        }
        Ok::<_, std::io::Error>(())
    });
    let mut body = std::pin::pin!(body);
    let mut taken = 0;
    loop {
        let piece = tokio::time::timeout(patience, body.next()).await;
        let Some(piece) = piece
            .map_err(|_| ApiError::new(Code::InvalidRequest, "the archive came too slowly"))?
        else {
            break;
        };
        let piece = piece?;
        taken += piece.len() as u64;
        if taken > cap {
            let sentence = format!("the archive is larger than {cap} bytes; see http.max_package");
            return Err(ApiError::new(Code::PackageTooLarge, sentence));
        }
        if sender.send(piece).await.is_err() {
            break;
        }
    }
    drop(sender);
    let written = writer
        .await
        .map_err(|error| ApiError::internal("write an upload", &error))?;
    written.map_err(|error| ApiError::internal("write an upload", &error))
}

fn not_unpacked(error: &ArchiveError) -> ApiError {
    match error {
        ArchiveError::Disk { .. } => ApiError::internal("unpack a package", error),
        _ => ApiError::package(error.code(), error.to_string()),
    }
}

fn broken_off(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(
        Code::InvalidRequest,
        format!("the form is not understood: {error}"),
    )
}

fn refused(error: UploadError) -> ApiError {
    match error {
        UploadError::Package(broken) => ApiError::package(broken.code, broken.message),
        UploadError::NoVersion => ApiError::new(Code::VersionNotFound, error.to_string()),
        UploadError::Off => ApiError::new(Code::NotFound, error.to_string()),
        UploadError::Disk(error) => ApiError::internal("keep a package", &error),
    }
}

/// An id as directories may be called: legacy and 2025-09, "Problem package".
fn problem_id(name: impl Into<String>) -> Result<ProblemId, ApiError> {
    let name = name.into();
    let mut bytes = name.bytes();
    let first = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let rest = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if first && rest && name.len() <= 100 {
        return Ok(ProblemId(name));
    }
    let sentence = "a problem's id is 1 to 100 letters, digits, '_', '.' and '-', beginning with a letter, digit or '_'";
    Err(ApiError::new(Code::InvalidProblemId, sentence))
}

/// `hello` of `hello.zip`.
fn stem(file_name: &str) -> Option<&str> {
    let base = file_name.rsplit(['/', '\\']).next()?;
    let (stem, extension) = base.rsplit_once('.')?;
    ["zip", "kpp"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
        .then_some(stem)
}

fn uploaded(package: &ProblemPackage, created: bool) -> UploadedView {
    let samples = package
        .testcases
        .iter()
        .filter(|testcase| testcase.is_sample);
    UploadedView {
        id: package.id.to_string(),
        name: package.name.clone(),
        hash: package.hash.to_string(),
        format: package.format,
        testcases: package.testcases.len(),
        samples: samples.count(),
        submissions: package.submissions.len(),
        created,
        warnings: package.warnings.iter().map(ToString::to_string).collect(),
    }
}

fn view(version: &Version, active: ContentHash) -> VersionView {
    VersionView {
        hash: version.hash.to_string(),
        active: version.hash == active,
        source: "upload",
        uploaded_at: Some(times::iso(version.uploaded_at)),
        name: version.name.clone(),
        testcases: version.testcases,
    }
}
