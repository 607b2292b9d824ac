//! `data/sample` and `data/secret`: the tree of groups and the testcases in it, in judging order.

use std::path::Path;

use super::error::PackageError;
use super::fields::Fields;
use super::group_settings::Settings;
use super::groups::{GroupItem, StaticValidation, TestGroup};
use super::metadata::Metadata;
use super::package::{Format, InputValidatorArgs, Testcase};
use super::tree::{Dir, Entry, File, Tree};
use crate::validation::{FlagError, Flags};

/// Files in one `.files` directory.
const MAX_FILES: usize = 1000;
/// Their sizes added up.
const MAX_FILES_BYTES: u64 = 1 << 30;

/// What is known of the package when its data is read.
pub(super) struct Context<'a> {
    pub(super) tree: &'a Tree,
    pub(super) metadata: &'a Metadata,
    /// Names of the custom output validators; `None` when the default one judges.
    pub(super) validators: Option<Vec<String>>,
    pub(super) has_grader: bool,
    /// Groups are graded the legacy way: in the legacy formats, and in packages of drafts that say so.
    pub(super) legacy_groups: bool,
    pub(super) has_static_validator: bool,
}

/// Reads both trees. The root group comes first, then each group before what is in it.
pub(super) fn read(context: &Context<'_>) -> Result<(Vec<TestGroup>, Vec<Testcase>), PackageError> {
    let tree = context.tree;
    let mut data = Data {
        context,
        groups: Vec::new(),
        testcases: Vec::new(),
    };
    let no_testcases = || PackageError::NoTestcases {
        path: tree.shown(Path::new("data")),
    };
    let dir = tree
        .find_dir(&tree.top(), "data")?
        .ok_or_else(no_testcases)?;
    let root = Settings::root(context, &dir)?;
    data.group("", None, &root);
    for name in ["sample", "secret"] {
        match tree.find_dir(&dir, name)? {
            Some(dir) => data.dir(&dir, name, 0, &root)?,
            None if name == "secret" => tree.warn(&dir.path.join(name), "is missing"),
            None => {}
        }
    }
    // Data for testing validators (2025-09) and what people keep beside it.
    let known = [
        "sample",
        "secret",
        "invalid_input",
        "invalid_output",
        "valid_output",
        "testdata.yaml",
        "test_group.yaml",
    ];
    for entry in tree.list(&dir)? {
        if !known.contains(&entry.name()) {
            tree.warn(
                &dir.path.join(entry.name()),
                "is neither data/sample nor data/secret; it is ignored",
            );
        }
    }
    if data.testcases.is_empty() {
        return Err(no_testcases());
    }
    Ok((data.groups, data.testcases))
}

struct Data<'a> {
    context: &'a Context<'a>,
    groups: Vec<TestGroup>,
    testcases: Vec<Testcase>,
}

/// What a name in a group becomes, in the order of base names.
enum Member<'a> {
    Testcase(&'a File),
    Group(&'a Dir),
}

impl Data<'_> {
    fn group(&mut self, name: &str, parent: Option<usize>, settings: &Settings) -> usize {
        let index = self.groups.len();
        self.groups.push(TestGroup {
            name: name.to_owned(),
            parent,
            items: Vec::new(),
            config: settings.config.clone(),
        });
        if let Some(parent) = parent {
            self.groups[parent].items.push(GroupItem::Group(index));
        }
        index
    }

    fn dir(
        &mut self,
        dir: &Dir,
        name: &str,
        parent: usize,
        above: &Settings,
    ) -> Result<(), PackageError> {
        let tree = self.context.tree;
        let entries = tree.list(dir)?;
        // In 2025-09 only `sample`, `secret` and the directories in it are groups; what is deeper belongs to them.
        let deeper = if name.starts_with("secret/") { 2 } else { 1 };
        let is_group = self.context.legacy_groups || name.matches('/').count() < deeper;
        let (group, settings) = if is_group {
            let settings = above.below(self.context, dir, name)?;
            let group = self.group(name, Some(parent), &settings);
            if let Some(validation) = &settings.config.static_validation {
                self.static_validation(name, group, validation);
            }
            (group, settings)
        } else {
            (parent, above.clone())
        };
        let mut members: Vec<(&str, Member<'_>)> = Vec::new();
        for entry in &entries {
            match entry {
                Entry::File(file_name, file) => match file_name.rsplit_once('.') {
                    Some((base, "in")) if !base.is_empty() => {
                        members.push((base, Member::Testcase(file)))
                    }
                    Some((base, "ans")) if !has_file(&entries, base, "in") => {
                        self.lonely_answer(name, file)?;
                    }
                    _ => {}
                },
                Entry::Dir(dir_name, _) if dir_name.ends_with(".files") => {}
                Entry::Dir(dir_name, dir) => members.push((dir_name, Member::Group(dir))),
            }
        }
        members.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
        for (base, member) in members {
            let name = format!("{name}/{base}");
            match member {
                Member::Testcase(input) => {
                    self.testcase(dir, &entries, (base, name), input, (group, &settings))?
                }
                Member::Group(dir) => self.dir(dir, &name, group, &settings)?,
            }
        }
        Ok(())
    }

    fn testcase(
        &mut self,
        dir: &Dir,
        entries: &[Entry],
        (base, name): (&str, String),
        input: &File,
        (group, settings): (usize, &Settings),
    ) -> Result<(), PackageError> {
        let tree = self.context.tree;
        let missing = || PackageError::MissingAnswer {
            path: tree.shown(&input.path),
        };
        let answer = find(entries, base, "ans").ok_or_else(missing)?;
        let Entry::File(_, answer) = answer else {
            return Err(missing());
        };
        let mut own = settings.clone();
        if self.context.metadata.format == Format::V2025_09
            && let Some(Entry::File(_, file)) = find(entries, base, "yaml")
        {
            own.read_testcase_file(self.context, file)?;
        } else if let Some(Entry::File(_, file)) = find(entries, base, "hint") {
            own.hint = Some(tree.text(file)?);
        }
        let validator_flags = own.validator_flags(self.context);
        let flags = self.flags(dir, &validator_flags)?;
        let index = self.testcases.len();
        self.testcases.push(Testcase {
            is_sample: name.starts_with("sample/"),
            name,
            input: input.real.clone(),
            answer: answer.real.clone(),
            input_bytes: input.bytes,
            answer_bytes: answer.bytes,
            validator_flags,
            flags,
            validator: own.validator,
            static_validation: None,
            input_validator_args: own.input_validator_args,
            full_feedback: own.config.full_feedback,
            hint: own.hint,
            args: own.args,
            files: match find(entries, base, "files") {
                Some(Entry::Dir(_, dir)) => self.files(dir)?,
                _ => Vec::new(),
            },
            group,
        });
        self.groups[group].items.push(GroupItem::Testcase(index));
        Ok(())
    }

    /// The static validation test case of a group: it has no files and comes first.
    fn static_validation(&mut self, name: &str, group: usize, validation: &StaticValidation) {
        let index = self.testcases.len();
        let nothing = Path::new("/dev/null");
        self.testcases.push(Testcase {
            is_sample: name == "sample",
            name: format!("{name}/static_validation"),
            input: nothing.to_owned(),
            answer: nothing.to_owned(),
            input_bytes: 0,
            answer_bytes: 0,
            validator_flags: Vec::new(),
            flags: Flags::default(),
            validator: None,
            static_validation: Some(validation.args.clone()),
            input_validator_args: InputValidatorArgs::default(),
            full_feedback: false,
            hint: None,
            args: Vec::new(),
            files: Vec::new(),
            group,
        });
        self.groups[group].items.push(GroupItem::Testcase(index));
    }

    /// An answer without an input: a testcase that was lost. Samples may have one for the statement only.
    fn lonely_answer(&self, group: &str, file: &File) -> Result<(), PackageError> {
        let tree = self.context.tree;
        if group == "sample" || group.starts_with("sample/") {
            tree.warn(&file.path, "has no input file; it is ignored");
            return Ok(());
        }
        Err(PackageError::MissingInput {
            path: tree.shown(&file.path),
        })
    }

    /// The flags as the default output validator understands them; its defaults when a custom one judges.
    fn flags(&self, dir: &Dir, words: &[String]) -> Result<Flags, PackageError> {
        if self.context.validators.is_some() {
            return Ok(Flags::default());
        }
        parse_flags(self.context.metadata.format, words).map_err(|source| {
            PackageError::ValidatorFlags {
                path: self.context.tree.shown(&dir.path),
                source,
            }
        })
    }

    fn files(&self, dir: &Dir) -> Result<Vec<(String, std::path::PathBuf)>, PackageError> {
        let tree = self.context.tree;
        let mut found = Vec::new();
        let mut bytes = 0u64;
        let mut dirs = vec![(String::new(), dir.clone())];
        while let Some((above, dir)) = dirs.pop() {
            for entry in tree.list(&dir)? {
                match entry {
                    Entry::Dir(name, dir) => dirs.push((format!("{above}{name}/"), dir)),
                    Entry::File(name, file) => {
                        bytes = bytes.saturating_add(file.bytes);
                        found.push((format!("{above}{name}"), file.real));
                    }
                }
            }
        }
        if found.len() > MAX_FILES {
            return Err(tree.too_many(&dir.path, "files", MAX_FILES as u64));
        }
        if bytes > MAX_FILES_BYTES {
            return Err(tree.too_many(&dir.path, "bytes", MAX_FILES_BYTES));
        }
        found.sort();
        Ok(found)
    }
}

/// Strictly in 2025-09; in legacy, where flags of the package and of groups are joined, the last of a kind counts.
pub(super) fn parse_flags(format: Format, words: &[String]) -> Result<Flags, FlagError> {
    if format.is_legacy() {
        Flags::parse_repeating(words)
    } else {
        Flags::parse(words)
    }
}

/// The entry `base.extension`; entries are sorted by name.
fn find<'e>(entries: &'e [Entry], base: &str, extension: &str) -> Option<&'e Entry> {
    let name = format!("{base}.{extension}");
    let index = entries
        .binary_search_by(|entry| entry.name().cmp(&name))
        .ok()?;
    entries.get(index)
}

fn has_file(entries: &[Entry], base: &str, extension: &str) -> bool {
    matches!(find(entries, base, extension), Some(Entry::File(..)))
}

/// Whether a package of a draft keeps to the legacy way of grading: problemtools read `2023-07-draft` so for years, and its
/// examples were like that. Any of the keys that 2025-09 has no more shows it.
pub(super) fn grades_like_legacy(tree: &Tree, metadata: &Metadata) -> Result<bool, PackageError> {
    const KEYS: [&str; 5] = [
        "on_reject",
        "grader_flags",
        "accept_score",
        "reject_score",
        "range",
    ];
    if metadata.format.is_legacy() || !metadata.is_draft {
        return Ok(metadata.format.is_legacy());
    }
    let mut dirs: Vec<Dir> = tree.find_dir(&tree.top(), "data")?.into_iter().collect();
    while let Some(dir) = dirs.pop() {
        for entry in tree.list(&dir)? {
            match entry {
                Entry::File(name, file) if name == "testdata.yaml" => {
                    let (fields, _) = Fields::read(tree, &file)?;
                    if KEYS.iter().any(|key| fields.any(key).is_some()) {
                        tree.warn(&file.path, "grades as the legacy format does");
                        return Ok(true);
                    }
                }
                Entry::Dir(_, below) => dirs.push(below),
                Entry::File(..) => {}
            }
        }
    }
    Ok(false)
}
