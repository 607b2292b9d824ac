//! What validators leave in their feedback directory: known names only, each read up to its cap.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use judging::judgements::Attachment;
use judging::validators::{
    DIFF_POSITION, FEEDBACK_FILES, IMAGES, JUDGE_MESSAGE, NEXT_PASS, SCORE, SCORE_MULTIPLIER,
    TEAM_MESSAGE,
};
use sandboxes::sandbox::{CollectedFile, WantedFile};

/// How much of a message is kept with a verdict.
pub(super) const MESSAGE_BYTES: usize = 4 << 10;

/// What the validators said about one output.
#[derive(Clone, Debug, Default)]
pub(in crate::judge) struct Feedback {
    pub(in crate::judge) judge_message: Option<String>,
    pub(in crate::judge) team_message: Option<String>,
    pub(in crate::judge) score: Option<String>,
    pub(in crate::judge) score_multiplier: Option<String>,
    /// Set by a testlib checker: the points it gave, if any. Then nothing is read from files.
    pub(in crate::judge) points: Option<Option<f64>>,
    /// The input of the next pass.
    pub(in crate::judge) next_pass: Option<Arc<File>>,
    /// Pictures and the position of the first difference.
    pub(in crate::judge) attachments: Vec<Attachment>,
}

/// The files that are asked for, each with its cap. `next_pass_bytes`: how large the next input may be; it is taken away,
/// as the next pass begins without it (2025-09, "Multi-pass validation").
pub(super) fn wanted(next_pass_bytes: u64) -> Vec<WantedFile> {
    let named = |name: &str, most_bytes, remove| WantedFile {
        name: name.to_owned(),
        most_bytes,
        remove,
    };
    let known = FEEDBACK_FILES.iter();
    let known = known.map(|file| named(file.name, file.cap_bytes, false));
    known
        .chain([named(NEXT_PASS, next_pass_bytes, true)])
        .collect()
}

impl Feedback {
    pub(super) fn read(files: Vec<CollectedFile>) -> Self {
        let mut contents: HashMap<String, (CollectedFile, Vec<u8>)> = HashMap::new();
        let mut next_pass = None;
        for file in files {
            if file.path == NEXT_PASS {
                next_pass = Some(Arc::new(file.file));
                continue;
            }
            let Some(known) = FEEDBACK_FILES.iter().find(|known| known.name == file.path) else {
                continue;
            };
            let len = usize::try_from(file.len.min(known.cap_bytes)).unwrap_or(0);
            let mut bytes = vec![0; len];
            // Our own copy of it: what cannot be read is as good as not written.
            if file.file.read_exact_at(&mut bytes, 0).is_ok() {
                contents.insert(file.path.clone(), (file, bytes));
            }
        }
        let text = |name: &str, cap| {
            let (_, bytes) = contents.get(name)?;
            Some(cut(String::from_utf8_lossy(bytes).trim_end(), cap).to_owned())
        };
        let said = |name, cap| text(name, cap).filter(|text| !text.is_empty());
        Self {
            judge_message: said(JUDGE_MESSAGE.name, MESSAGE_BYTES),
            team_message: said(TEAM_MESSAGE.name, MESSAGE_BYTES),
            score: text(SCORE.name, 64),
            score_multiplier: text(SCORE_MULTIPLIER.name, 64),
            points: None,
            next_pass,
            attachments: IMAGES
                .iter()
                .chain([&DIFF_POSITION])
                .filter_map(|known| {
                    let (file, bytes) = contents.get(known.name)?;
                    let whole = file.len <= known.cap_bytes;
                    Some(Attachment {
                        name: known.name.to_owned(),
                        content: match whole {
                            true => bytes.clone(),
                            // A part of a picture is none.
                            false => {
                                format!("{} bytes, too many to be kept", file.len).into_bytes()
                            }
                        },
                    })
                })
                .collect(),
        }
    }

    /// What a later validator says is added to what an earlier one said.
    pub(in crate::judge) fn merge(&mut self, later: Self) {
        fn joined(first: Option<String>, second: Option<String>) -> Option<String> {
            match (first, second) {
                (Some(first), Some(second)) => Some(format!("{first}\n{second}")),
                (first, second) => first.or(second),
            }
        }
        self.judge_message = joined(self.judge_message.take(), later.judge_message);
        self.team_message = joined(self.team_message.take(), later.team_message);
        self.score = self.score.take().or(later.score);
        self.score_multiplier = self.score_multiplier.take().or(later.score_multiplier);
        self.points = self.points.or(later.points);
        self.next_pass = self.next_pass.take().or(later.next_pass);
        self.attachments.extend(later.attachments);
    }
}

/// The longest beginning of `text` within `bytes`, not cut inside a character.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
