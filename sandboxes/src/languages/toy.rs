//! A made-up language for tests.

/// Its definition, as a file would have it.
pub(super) fn toy(id: &str, extension: &str) -> String {
    format!(
        r#"
id = "{id}"
name = "Toy"
extensions = ["{extension}"]
programs.toy = ["/usr/bin/toy"]
source.default = "main.{extension}"
entry.kind = "file"
artifact = "sources"
run.args = ["{{toy}}", "{{entry}}"]
version.args = ["{{toy}}", "--version"]
self_test.source = "print"
"#
    )
}
