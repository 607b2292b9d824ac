//! `testdata.yaml` and `test_group.yaml`: the settings of a group.
//!
//! Legacy: inherited key by key from the group above. The text says that a group without a file uses that of its closest
//! ancestor; `problemtools`, which juries check their packages with, inherits each key by itself. The second is what real
//! packages rely on, and the first follows from it.
//!
//! 2025-09: scores are each group's own. Arguments and feedback, which the text gives defaults of their own too, are inherited
//! from `secret`: there they could mean nothing else, as `secret` holds groups or testcases, and BAPCtools reads them so.

use serde_json::Value;

use super::default_grader;
use super::error::PackageError;
use super::fields::Fields;
use super::groups::{Grader, GroupConfig, OnReject, ScoreAggregation};
use super::metadata::range;
use super::newer_groups;
use super::package::InputValidatorArgs;
use super::testdata::Context;
use super::tree::{Dir, File};

/// The settings in force in a group.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) config: GroupConfig,
    /// Flags of the group for its output validators, without those of the package.
    flags: Vec<String>,
    pub(super) validator: Option<String>,
    pub(super) input_validator_args: InputValidatorArgs,
    pub(super) args: Vec<String>,
    pub(super) hint: Option<String>,
}

impl Settings {
    /// Those of `data` itself.
    pub(super) fn root(context: &Context<'_>, data: &Dir) -> Result<Self, PackageError> {
        let mut config = GroupConfig::default();
        if !context.legacy_groups && context.metadata.kind.scoring {
            config.aggregation = Some(ScoreAggregation::Sum);
            config.on_reject = OnReject::Continue;
        }
        let mut root = Self {
            config,
            flags: Vec::new(),
            validator: None,
            input_validator_args: InputValidatorArgs::default(),
            args: Vec::new(),
            hint: None,
        };
        if context.legacy_groups {
            root.read_legacy(context, data)?;
        } else if let Some(fields) = newer_file(context, data)? {
            root.read_testcase(context, &fields)?;
            fields.warn("is not below sample or secret; only arguments are taken from it");
        }
        Ok(root)
    }

    /// Those of a group below this one.
    pub(super) fn below(
        &self,
        context: &Context<'_>,
        dir: &Dir,
        name: &str,
    ) -> Result<Self, PackageError> {
        let mut own = self.clone();
        if context.legacy_groups {
            own.read_legacy(context, dir)?;
            return Ok(own);
        }
        own.config = GroupConfig {
            full_feedback: self.config.full_feedback || name == "sample",
            ..newer_groups::defaults(context, name)
        };
        if let Some(fields) = newer_file(context, dir)? {
            own.read_testcase(context, &fields)?;
            newer_groups::read(context, &fields, name, &mut own.config)?;
            fields.warn_unknown();
        }
        Ok(own)
    }

    /// All flags of an output validator: the package's, then the group's.
    pub(super) fn validator_flags(&self, context: &Context<'_>) -> Vec<String> {
        context
            .metadata
            .validator_flags
            .iter()
            .chain(&self.flags)
            .cloned()
            .collect()
    }

    fn read_legacy(&mut self, context: &Context<'_>, dir: &Dir) -> Result<(), PackageError> {
        if let Some(file) = context.tree.find_file(dir, "testdata.yaml")? {
            let (fields, _) = Fields::read(context.tree, &file)?;
            if !context.metadata.format.is_legacy() {
                self.read_testcase(context, &fields)?;
            }
            self.read_policy(context, &fields, &dir.path)?;
            self.read_validator_flags(context, &fields, "output_validator_flags")?;
            self.read_input_args(&fields, "input_validator_flags")?;
            let config = &mut self.config;
            config.accept_score = fields
                .number("accept_score")?
                .unwrap_or(config.accept_score);
            config.reject_score = fields
                .number("reject_score")?
                .unwrap_or(config.reject_score);
            if fields.value("range").is_some() {
                config.range = range(&fields)?;
            }
            fields.warn_unknown();
        } else if context.tree.find_file(dir, "test_group.yaml")?.is_some() {
            let path = dir.path.join("test_group.yaml");
            context.tree.warn(&path, "came with 2025-09; it is ignored");
        }
        let overrides = &context.metadata.overrides;
        let config = &mut self.config;
        config.on_reject = overrides.on_reject.unwrap_or(config.on_reject);
        config.accept_score = overrides.accept_score.unwrap_or(config.accept_score);
        config.reject_score = overrides.reject_score.unwrap_or(config.reject_score);
        config.range = overrides.range.unwrap_or(config.range);
        Ok(())
    }

    fn read_policy(
        &mut self,
        context: &Context<'_>,
        fields: &Fields<'_>,
        dir: &std::path::Path,
    ) -> Result<(), PackageError> {
        match fields.text("on_reject")?.as_deref() {
            None => {}
            Some("break" | "first_error") => self.config.on_reject = OnReject::Break,
            Some("continue" | "grade" | "worst_error") => {
                self.config.on_reject = OnReject::Continue;
            }
            Some(_) => return Err(fields.wrong("on_reject", "break or continue")),
        }
        let flags = fields.arguments("grader_flags")?;
        let custom = match fields.text("grading")?.as_deref() {
            None => matches!(self.config.grader, Grader::Custom { .. }),
            Some("default") => false,
            Some("custom") if context.has_grader => true,
            Some("custom") => {
                return Err(fields.wrong("grading", "default, as there is no program in graders"));
            }
            Some(_) => return Err(fields.wrong("grading", "default or custom")),
        };
        self.config.grader = match (custom, &self.config.grader, flags) {
            (true, Grader::Custom { flags }, None) => Grader::Custom {
                flags: flags.clone(),
            },
            (true, _, flags) => Grader::Custom {
                flags: flags.unwrap_or_default(),
            },
            (false, Grader::Default(grader), None) => Grader::Default(*grader),
            (false, _, flags) => Grader::Default(default_grader::read(
                fields,
                &flags.unwrap_or_default(),
                dir,
            )),
        };
        Ok(())
    }

    /// Flags as text, or as a map of the one validator to run and its flags. The legacy text calls plain text the name of a
    /// validator, and gives the validator's flags as its default; it is a name only where a validator is called that.
    fn read_validator_flags(
        &mut self,
        context: &Context<'_>,
        fields: &Fields<'_>,
        key: &'static str,
    ) -> Result<(), PackageError> {
        let known = |name: &str| {
            let named = |program: &String| {
                let stem = program
                    .rsplit_once('.')
                    .map_or(program.as_str(), |(stem, _)| stem);
                program == name || stem == name
            };
            context
                .validators
                .as_ref()
                .is_some_and(|names| names.iter().any(named))
        };
        if let Some(Value::Object(_)) = fields.value(key) {
            let Some(map) = fields.map(key)? else {
                return Ok(());
            };
            self.validator = map.text("name")?;
            self.flags = map.arguments("flags")?.unwrap_or_default();
            map.warn_unknown();
        } else if let Some(words) = fields.arguments(key)? {
            (self.validator, self.flags) = match &words[..] {
                [name] if known(name) => (Some(name.clone()), Vec::new()),
                _ => (None, words),
            };
        }
        if let Some(name) = &self.validator
            && !known(name)
        {
            fields.warn(&format!("there is no output validator \"{name}\""));
        }
        Ok(())
    }

    /// Arguments of input validators: text or a list for each of them; a map `name`, `flags` for one (legacy); a map of
    /// names to arguments (2025-09).
    fn read_input_args(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
    ) -> Result<(), PackageError> {
        let Some(Value::Object(entries)) = fields.value(key) else {
            if let Some(words) = fields.arguments(key)? {
                self.input_validator_args = InputValidatorArgs::Each(words);
            }
            return Ok(());
        };
        let words = |value: &Value| match value {
            Value::Array(values) => values.iter().filter_map(crate::yaml::text).collect(),
            value => crate::yaml::text(value)
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        };
        let named = match (
            entries.get("name").and_then(Value::as_str),
            entries.get("flags"),
        ) {
            (Some(name), flags) => [(name.to_owned(), flags.map(words).unwrap_or_default())].into(),
            (None, _) => entries
                .iter()
                .map(|(name, value)| (name.clone(), words(value)))
                .collect(),
        };
        self.input_validator_args = InputValidatorArgs::Named(named);
        Ok(())
    }

    /// The file of one testcase (2025-09, "Test case configuration").
    pub(super) fn read_testcase_file(
        &mut self,
        context: &Context<'_>,
        file: &File,
    ) -> Result<(), PackageError> {
        let (fields, _) = Fields::read(context.tree, file)?;
        self.read_testcase(context, &fields)?;
        self.hint = fields.text("hint")?;
        fields.know(&["description"]);
        fields.warn_unknown();
        Ok(())
    }

    /// The keys that groups and testcases share.
    fn read_testcase(
        &mut self,
        context: &Context<'_>,
        fields: &Fields<'_>,
    ) -> Result<(), PackageError> {
        self.args = fields
            .arguments("args")?
            .unwrap_or_else(|| self.args.clone());
        self.read_validator_flags(context, fields, "output_validator_flags")?;
        if let Some(args) = fields.arguments("output_validator_args")? {
            self.flags = args;
        }
        self.read_input_args(fields, "input_validator_flags")?;
        self.read_input_args(fields, "input_validator_args")?;
        self.config.full_feedback = fields
            .flag("full_feedback")?
            .unwrap_or(self.config.full_feedback);
        fields.know(&[
            "input_visualizer_args",
            "output_visualizer_args",
            "input_visualizer_flags",
            "output_visualizer_flags",
        ]);
        Ok(())
    }
}

/// `test_group.yaml`, or `testdata.yaml`, as drafts called it; constants are put in.
fn newer_file<'t>(context: &Context<'t>, dir: &Dir) -> Result<Option<Fields<'t>>, PackageError> {
    let tree = context.tree;
    let found = match tree.find_file(dir, "test_group.yaml")? {
        Some(file) => Some(file),
        None => tree.find_file(dir, "testdata.yaml")?,
    };
    let Some(file) = found else {
        return Ok(None);
    };
    if file.path.ends_with("testdata.yaml") {
        tree.warn(&file.path, "is called test_group.yaml in this format");
    }
    let (fields, _) = Fields::read_with(tree, &file, &context.metadata.constants)?;
    Ok(Some(fields))
}
