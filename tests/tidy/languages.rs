//! The lists of languages that people and scripts read agree with the definitions.

use std::fs;

use sandboxes::languages::{Catalogue, Language};

use super::tree::root;

/// The table of README, made from the definitions.
fn table() -> String {
    let mut table = "| id | language | files | on Debian |\n|---|---|---|---|\n".to_owned();
    for language in Catalogue::load()
        .expect("the definitions are read by every build")
        .languages()
    {
        let dotted = |extension: &String| format!("`.{extension}`");
        let own = language.extensions.iter().map(dotted);
        let shared = language.shared_extensions.iter();
        let shared = shared.map(|extension| format!("`.{extension}` by content"));
        let files: Vec<String> = own.chain(shared).collect();
        let files = match (language.detect, files.join(", ")) {
            (true, files) => files,
            (false, files) => format!("{files} when asked for"),
        };
        let (id, name) = (&language.id, &language.name);
        let debian = debian(language);
        table += &format!("| `{id}` | {name} | {files} | {debian} |\n");
    }
    table
}

fn debian(language: &Language) -> String {
    match language.packages.debian.first() {
        Some(package) => format!("`{package}`"),
        None => "not packaged".to_owned(),
    }
}

#[test]
fn readme_lists_every_language() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let table = table();
    assert!(
        readme.contains(&table),
        "README.md needs this table of languages:\n{table}"
    );
}

/// `deploy/languages` reads the definitions line by line.
#[test]
fn definitions_keep_to_one_line_what_scripts_read() {
    let texts = fs::read_dir(root().join("sandboxes/languages")).unwrap();
    for path in texts.map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            text.starts_with('#'),
            "{path:?}: begins with a comment that says what it is"
        );
        assert!(
            text.contains(&format!("\nid = \"{stem}\"\n")),
            "{path:?}: the file is named after the id"
        );
        let read = |line: &&str| line.starts_with("packages.") || line.starts_with("programs.");
        for line in text.lines().filter(read) {
            assert!(line.ends_with([']', '"']), "{path:?}: on one line: {line}");
        }
        for table in ["[packages]", "[programs]"] {
            assert!(
                !text.contains(table),
                "{path:?}: dotted keys instead of {table}"
            );
        }
    }
}
