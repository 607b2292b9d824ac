//! `testdata.yaml` and `test_group.yaml`: the settings of a group, inherited key by key from the group above it.
//!
//! The legacy text says that a group without a file uses that of its closest ancestor; `problemtools`, which juries check
//! their packages with, inherits each key by itself. The second is what real packages rely on, and the first follows from it.

use super::error::PackageError;
use super::fields::Fields;
use super::groups::{
    DefaultGrader, Grader, GroupConfig, OnReject, ScoreAggregation, ScoreMode, VerdictMode,
};
use super::metadata::range;
use super::testdata::Context;
use super::tree::Dir;

/// The settings in force in a group.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) config: GroupConfig,
    /// Flags of the group for its output validators, without those of the package.
    flags: Vec<String>,
    pub(super) validator: Option<String>,
    pub(super) args: Vec<String>,
}

impl Settings {
    /// Those of `data` itself.
    pub(super) fn root(context: &Context<'_>, data: &Dir) -> Result<Self, PackageError> {
        let mut config = GroupConfig::default();
        if !context.metadata.format.is_legacy() && context.metadata.kind.scoring {
            config.aggregation = Some(ScoreAggregation::Sum);
            config.on_reject = OnReject::Continue;
        }
        let defaults = Self {
            config,
            flags: Vec::new(),
            validator: None,
            args: Vec::new(),
        };
        let mut root = defaults;
        if context.metadata.format.is_legacy() {
            root.read_legacy(context, data)?;
        } else {
            root.read_args(context, data)?;
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
        if context.metadata.format.is_legacy() {
            own.read_legacy(context, dir)?;
        } else {
            own.config = newer_defaults(context, name);
            own.read_args(context, dir)?;
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
            self.read_policy(context, &fields)?;
            self.read_validator_flags(context, &fields, "output_validator_flags")?;
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
            fields.know(&["input_validator_flags"]);
            fields.warn_unknown();
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
    ) -> Result<(), PackageError> {
        match fields.text("on_reject")?.as_deref() {
            None => {}
            Some("break") => self.config.on_reject = OnReject::Break,
            Some("continue") => self.config.on_reject = OnReject::Continue,
            Some(_) => return Err(fields.wrong("on_reject", "break or continue")),
        }
        let flags = fields.words("grader_flags")?;
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
            (false, _, flags) => {
                Grader::Default(default_grader(fields, &flags.unwrap_or_default()))
            }
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
            context
                .validators
                .as_ref()
                .is_some_and(|names| names.iter().any(|known| known == name))
        };
        if let Some(serde_json::Value::Object(_)) = fields.value(key) {
            let map = fields.map(key)?;
            let Some(map) = map else { return Ok(()) };
            self.validator = map.text("name")?;
            self.flags = map.words("flags")?.unwrap_or_default();
            map.warn_unknown();
        } else if let Some(words) = fields.words(key)? {
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

    /// What 2025-09 keeps in `test_group.yaml`, and its drafts in `testdata.yaml`.
    fn read_args(&mut self, context: &Context<'_>, dir: &Dir) -> Result<(), PackageError> {
        let file = match context.tree.find_file(dir, "test_group.yaml")? {
            Some(file) => Some(file),
            None => context.tree.find_file(dir, "testdata.yaml")?,
        };
        let Some(file) = file else { return Ok(()) };
        let (fields, _) = Fields::read(context.tree, &file)?;
        self.read_testcase(context, &fields)?;
        self.read_scores(context, &fields)?;
        fields.know(&["static_validation_score", "static_validator_args"]);
        fields.warn_unknown();
        Ok(())
    }

    /// The keys that a testcase may have too (2025-09, "Test case configuration").
    pub(super) fn read_testcase(
        &mut self,
        context: &Context<'_>,
        fields: &Fields<'_>,
    ) -> Result<(), PackageError> {
        self.args = fields.words("args")?.unwrap_or_else(|| self.args.clone());
        self.read_validator_flags(context, fields, "output_validator_flags")?;
        if let Some(args) = fields.words("output_validator_args")? {
            self.flags = args;
        }
        self.config.full_feedback = fields
            .flag("full_feedback")?
            .unwrap_or(self.config.full_feedback);
        fields.know(&[
            "input_validator_args",
            "input_validator_flags",
            "input_visualizer_args",
            "output_visualizer_args",
        ]);
        fields.know(&["hint", "description"]);
        Ok(())
    }

    fn read_scores(
        &mut self,
        context: &Context<'_>,
        fields: &Fields<'_>,
    ) -> Result<(), PackageError> {
        let keys = ["max_score", "score_aggregation", "require_pass"];
        if !context.metadata.kind.scoring {
            for key in keys {
                if fields.value(key).is_some() {
                    fields.warn(&format!("{key} means nothing in a pass-fail problem"));
                }
            }
            return Ok(());
        }
        match fields.text("max_score")?.as_deref() {
            None => {}
            Some("unbounded") => self.config.range.1 = f64::INFINITY,
            Some(_) => {
                let most = fields
                    .number("max_score")?
                    .filter(|most| *most >= 0.0 && most.is_finite());
                self.config.range.1 = most.ok_or_else(|| {
                    fields.wrong("max_score", "a number of at least 0 or unbounded")
                })?;
            }
        }
        let aggregation = match fields.text("score_aggregation")?.as_deref() {
            None => self.config.aggregation,
            Some("pass-fail") => Some(ScoreAggregation::PassFail),
            Some("sum") => Some(ScoreAggregation::Sum),
            Some("min") => Some(ScoreAggregation::Min),
            Some(_) => return Err(fields.wrong("score_aggregation", "pass-fail, sum or min")),
        };
        self.config.aggregation = aggregation;
        // What cannot change the score any more is not judged: a failed case of a group that is all or nothing.
        self.config.on_reject = match aggregation {
            Some(ScoreAggregation::PassFail | ScoreAggregation::Min) => OnReject::Break,
            _ => OnReject::Continue,
        };
        self.config.require_pass = fields.words("require_pass")?.unwrap_or_default();
        Ok(())
    }
}

/// The defaults of a group in 2025-09, of which none is inherited but arguments.
fn newer_defaults(context: &Context<'_>, name: &str) -> GroupConfig {
    let mut config = GroupConfig {
        full_feedback: name.starts_with("sample"),
        ..GroupConfig::default()
    };
    if context.metadata.kind.scoring {
        let (aggregation, most, on_reject) = match name {
            "secret" => (ScoreAggregation::Sum, 100.0, OnReject::Continue),
            "sample" => (
                ScoreAggregation::PassFail,
                f64::INFINITY,
                OnReject::Continue,
            ),
            _ => (ScoreAggregation::PassFail, f64::INFINITY, OnReject::Break),
        };
        config.aggregation = Some(aggregation);
        config.range = (0.0, most);
        config.on_reject = on_reject;
    }
    config
}

fn default_grader(fields: &Fields<'_>, flags: &[String]) -> DefaultGrader {
    let mut grader = DefaultGrader::default();
    for flag in flags {
        match flag.as_str() {
            "worst_error" | "no_errors" => grader.verdict = VerdictMode::WorstError,
            "first_error" => grader.verdict = VerdictMode::FirstError,
            "always_accept" => grader.verdict = VerdictMode::AlwaysAccept,
            "sum" => grader.score = ScoreMode::Sum,
            "avg" => grader.score = ScoreMode::Avg,
            "min" => grader.score = ScoreMode::Min,
            "max" => grader.score = ScoreMode::Max,
            "ignore_sample" => grader.ignore_sample = true,
            "accept_if_any_accepted" => grader.accept_if_any_accepted = true,
            unknown => fields.warn(&format!("grader_flags has the unknown word \"{unknown}\"")),
        }
    }
    grader
}
