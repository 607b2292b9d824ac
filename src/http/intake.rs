//! From the body of a POST to a draft of a submission: form, sizes, names. Whether the problem and the language exist is
//! asked later; nothing here talks to anybody.

use std::borrow::Cow;
use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use judging::submissions::{Priority, SourceFile};
use serde::Deserialize;
use serde_json::error::Category;
use utoipa::ToSchema;

use super::error::{ApiError, Code};

/// The body of `POST /api/v1/submissions`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateBody<'a> {
    /// Id of a problem.
    #[serde(borrow)]
    #[schema(example = "hello")]
    pub(crate) problem: Cow<'a, str>,
    /// Id or alias of a language.
    #[serde(borrow)]
    #[schema(example = "cpp")]
    pub(crate) language: Cow<'a, str>,
    /// The only source file; or use `files`.
    #[serde(borrow, default)]
    pub(crate) source: Option<Cow<'a, str>>,
    /// The source files; or use `source`.
    #[serde(borrow, default)]
    pub(crate) files: Option<Vec<FileBody<'a>>>,
    /// Main file or main class, where the language needs one named.
    #[serde(default)]
    pub(crate) entry_point: Option<String>,
    /// Id of a contest; then `team` is needed too.
    #[serde(default)]
    pub(crate) contest: Option<String>,
    /// Id of a team of the contest.
    #[serde(default)]
    pub(crate) team: Option<String>,
    /// `high`, `normal` or `low`; contest submissions are `high` unless said otherwise.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "normal")]
    pub(crate) priority: Option<Priority>,
}

/// One file: text as `content`, or bytes as `contentBase64`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileBody<'a> {
    /// A bare file name.
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    /// Text.
    #[serde(borrow, default)]
    pub(crate) content: Option<Cow<'a, str>>,
    /// Bytes in base64.
    #[serde(borrow, default)]
    pub(crate) content_base64: Option<Cow<'a, str>>,
}

/// Bounds of what is taken in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// All files together.
    pub(crate) source_bytes: usize,
    /// How many files.
    pub(crate) files: usize,
}

/// Reads the body.
///
/// # Errors
/// [`Code::MalformedJson`] for what is not JSON, [`Code::InvalidRequest`] for JSON of another form.
pub(crate) fn parse(body: &[u8]) -> Result<CreateBody<'_>, ApiError> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => ApiError::new(
            Code::InvalidRequest,
            format!("the body is not as it should be: {error}"),
        ),
        Category::Syntax | Category::Eof | Category::Io => ApiError::new(
            Code::MalformedJson,
            format!("the body is not JSON: {error}"),
        ),
    })
}

/// Takes the files out of a body, each with a sound name and within the bounds. `default_name` names a lone source.
///
/// # Errors
/// [`Code::InvalidRequest`], [`Code::InvalidFileName`], [`Code::InvalidSource`] or [`Code::SourceTooLarge`].
pub(crate) fn files(
    body: &mut CreateBody<'_>,
    bounds: Bounds,
    default_name: impl FnOnce() -> String,
) -> Result<Vec<SourceFile>, ApiError> {
    let files = match (body.source.take(), body.files.take()) {
        (Some(source), None) => vec![SourceFile {
            name: default_name(),
            content: source.into_owned().into_bytes(),
        }],
        (None, Some(files)) => files.into_iter().map(file).collect::<Result<_, _>>()?,
        (Some(_), Some(_)) => return Err(invalid("send source or files, not both")),
        (None, None) => return Err(invalid("source is missing: send source or files")),
    };
    check_files(&files, bounds)?;
    Ok(files)
}

/// Holds files against the bounds and the rules for names.
///
/// # Errors
/// As [`files`].
pub(crate) fn check_files(files: &[SourceFile], bounds: Bounds) -> Result<(), ApiError> {
    if files.is_empty() || files.len() > bounds.files {
        return Err(invalid(format!("send 1 to {} files", bounds.files)));
    }
    let mut names = HashSet::new();
    let mut bytes = 0;
    for file in files {
        check_name(&file.name)?;
        if !names.insert(file.name.as_str()) {
            return Err(ApiError::new(
                Code::InvalidFileName,
                format!("two files are named {:?}", file.name),
            ));
        }
        if file.content.contains(&0) {
            let sentence = format!("{:?} is not a text: it has a NUL byte", file.name);
            return Err(ApiError::new(Code::InvalidSource, sentence));
        }
        bytes += file.content.len();
    }
    if bytes > bounds.source_bytes {
        let sentence = format!(
            "the source has {bytes} bytes, more than the {} allowed",
            bounds.source_bytes
        );
        return Err(ApiError::new(Code::SourceTooLarge, sentence));
    }
    Ok(())
}

fn file(file: FileBody<'_>) -> Result<SourceFile, ApiError> {
    let content = match (file.content, file.content_base64) {
        (Some(text), None) => text.into_owned().into_bytes(),
        (None, Some(encoded)) => STANDARD.decode(encoded.as_bytes()).map_err(|error| {
            invalid(format!(
                "contentBase64 of {:?} is not base64: {error}",
                file.name
            ))
        })?,
        _ => {
            return Err(invalid(format!(
                "{:?} needs content or contentBase64",
                file.name
            )));
        }
    };
    Ok(SourceFile {
        name: file.name.into_owned(),
        content,
    })
}

/// A bare name: it becomes a file inside a sandbox, next to nothing else.
///
/// # Errors
/// [`Code::InvalidFileName`].
pub(crate) fn check_name(name: &str) -> Result<(), ApiError> {
    let bytes = name.as_bytes();
    let sound = (1..=128).contains(&bytes.len())
        && (bytes[0].is_ascii_alphanumeric() || bytes[0] == b'_')
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte));
    if sound {
        return Ok(());
    }
    let shown: String = name.chars().take(64).collect();
    Err(ApiError::new(
        Code::InvalidFileName,
        format!(
            "{shown:?} is no file name: letters, digits, '_', '.', '-', at most 128, no directories"
        ),
    ))
}

fn invalid(sentence: impl Into<String>) -> ApiError {
    ApiError::new(Code::InvalidRequest, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        source_bytes: 32,
        files: 2,
    };

    fn check(body: &str, expected: Result<&[(&str, &str)], &str>) {
        let outcome = parse(body.as_bytes())
            .and_then(|mut body| files(&mut body, BOUNDS, || "main.cpp".to_owned()));
        match (outcome, expected) {
            (Ok(files), Ok(expected)) => {
                let files: Vec<(&str, &str)> = files
                    .iter()
                    .map(|file| {
                        (
                            file.name.as_str(),
                            std::str::from_utf8(&file.content).unwrap(),
                        )
                    })
                    .collect();
                assert_eq!(files, expected, "{body}");
            }
            (Err(error), Err(code)) => assert_eq!(error.code(), code, "{body}"),
            (outcome, _) => panic!("{body}: {outcome:?}"),
        }
    }

    fn with(rest: &str) -> String {
        format!(r#"{{"problem":"p","language":"cpp",{rest}}}"#)
    }

    #[test]
    fn source_and_files_are_two_ways_to_say_the_same() {
        check(
            &with(r#""source":"int\nmain""#),
            Ok(&[("main.cpp", "int\nmain")]),
        );
        check(
            &with(r#""files":[{"name":"a.c","content":"x"}]"#),
            Ok(&[("a.c", "x")]),
        );
        check(
            &with(r#""files":[{"name":"a.c","contentBase64":"aGk="},{"name":"b.h","content":""}]"#),
            Ok(&[("a.c", "hi"), ("b.h", "")]),
        );
    }

    #[test]
    fn what_is_wrong_has_a_stable_code() {
        check("", Err("malformed_json"));
        check("{", Err("malformed_json"));
        check("\u{1}\u{2}garbage", Err("malformed_json"));
        check("[]", Err("invalid_request"));
        check("{}", Err("invalid_request"));
        check(
            r#"{"problem":1,"language":"c","source":""}"#,
            Err("invalid_request"),
        );
        check(
            &with(r#""priority":"urgent","source":"x""#),
            Err("invalid_request"),
        );
        check(&with(r#""entryPoint":null"#), Err("invalid_request"));
        check(&with(r#""source":"x","files":[]"#), Err("invalid_request"));
        check(&with(r#""files":[]"#), Err("invalid_request"));
        check(&with(r#""files":[{"name":"a"}]"#), Err("invalid_request"));
        check(
            &with(r#""files":[{"name":"a","contentBase64":"%"}]"#),
            Err("invalid_request"),
        );
        check(&with(r#""source":"a\u0000b""#), Err("invalid_source"));
        check(
            &with(&format!(r#""source":"{}""#, "x".repeat(33))),
            Err("source_too_large"),
        );
        let two = r#"{"name":"a","content":"x"},{"name":"a","content":"y"}"#;
        check(
            &with(&format!(r#""files":[{two}]"#)),
            Err("invalid_file_name"),
        );
        let three =
            r#"{"name":"a","content":"x"},{"name":"b","content":"y"},{"name":"c","content":"y"}"#;
        check(
            &with(&format!(r#""files":[{three}]"#)),
            Err("invalid_request"),
        );
    }

    #[test]
    fn names_never_leave_their_directory() {
        for name in [
            "..",
            ".",
            "",
            "../a",
            "a/b",
            "/etc/passwd",
            "a\\\\b",
            "-rf",
            ".bashrc",
            "a b",
            "é",
            "a\\n",
        ] {
            check(
                &with(&format!(r#""files":[{{"name":"{name}","content":""}}]"#)),
                Err("invalid_file_name"),
            );
        }
        for name in ["Main.java", "_x", "a..b", "2.py"] {
            check(
                &with(&format!(r#""files":[{{"name":"{name}","content":""}}]"#)),
                Ok(&[(name, "")]),
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            if let Ok(mut body) = parse(&bytes) {
                files(&mut body, BOUNDS, String::new).ok();
            }
        }
    }
}
