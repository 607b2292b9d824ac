//! Files into a sandbox and out of it, beside frames as descriptors.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use runner::protocol::{self, Blob, FileToPlace, FileWanted, Reply, Request};
use rustix::fs::MemfdFlags;

use super::RunnerSandbox;
use crate::link::faults::{step, wall_error};
use crate::link::shown;
use crate::sandbox::{
    CollectLimits, CollectedFile, Content, PlacedFile, WORK_DIR, WallError, WantedFile,
};

/// Content above this travels as a memory file.
const INLINE_BYTES: usize = 64 << 10;
/// Files beside one frame.
const FILES_PER_FRAME: usize = 64;
/// Files above this are shown in place: copying a smaller one costs less than a mount.
const SHOWN_BYTES: u64 = 1 << 20;

/// Files ready to travel.
#[derive(Default)]
struct Batch {
    files: Vec<FileToPlace>,
    descriptors: Vec<Arc<File>>,
    inline: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.files.len() >= FILES_PER_FRAME || self.inline >= runner::frames::MAX_FRAME / 4
    }

    fn add(&mut self, file: PlacedFile, may_show: bool) -> Result<(), WallError> {
        let content = match file.content {
            Content::Bytes(bytes) if bytes.len() <= INLINE_BYTES => {
                self.inline += bytes.len();
                Blob::Inline(bytes)
            }
            Content::Bytes(bytes) => {
                let file = memory_file(&bytes).map_err(step("make a memory file"))?;
                self.descriptors.push(Arc::new(file));
                Blob::Descriptor
            }
            Content::File(file) => {
                self.descriptors.push(file);
                Blob::Descriptor
            }
            Content::Shown(file) => match shown_in_place(&file).filter(|_| may_show) {
                Some(mount) => {
                    self.descriptors.push(Arc::new(mount));
                    Blob::Mount
                }
                None => {
                    self.descriptors.push(file);
                    Blob::Descriptor
                }
            },
        };
        self.files.push(FileToPlace {
            path: file.path,
            content,
            executable: file.executable,
        });
        Ok(())
    }
}

/// A mount of a large file, if it can be had: a file that not everybody may read, or that is in no file system of ours, is
/// copied as small ones are.
fn shown_in_place(file: &File) -> Option<File> {
    let metadata = file.metadata().ok()?;
    let readable = metadata.mode() & 0o004 != 0;
    if metadata.len() < SHOWN_BYTES || !metadata.is_file() || !readable {
        return None;
    }
    match shown::detached(file.as_fd()) {
        Ok(mount) => Some(File::from(mount)),
        Err(error) => {
            tracing::debug!(%error, "a large file is copied into the box");
            None
        }
    }
}

fn memory_file(bytes: &[u8]) -> std::io::Result<File> {
    use std::io::Write;
    let mut file = File::from(rustix::fs::memfd_create(
        "gavel-content",
        MemfdFlags::CLOEXEC,
    )?);
    file.write_all(bytes)?;
    Ok(file)
}

/// The path below the work directory.
fn below_work(dir: &str) -> Result<String, WallError> {
    let outside = || WallError::Refused(format!("{dir:?} is not inside {WORK_DIR}"));
    let below = dir.strip_prefix(WORK_DIR).ok_or_else(outside)?;
    if !below.is_empty() && !below.starts_with('/') {
        return Err(outside());
    }
    Ok(below.trim_matches('/').to_owned())
}

impl RunnerSandbox {
    pub(super) async fn place_all(&mut self, files: Vec<PlacedFile>) -> Result<(), WallError> {
        let may_show = self.relocate.is_none() && !self.is_over_stream();
        let mut rest = files.into_iter().peekable();
        while rest.peek().is_some() {
            let mut batch = Batch::default();
            while !batch.is_full()
                && let Some(file) = rest.next()
            {
                batch.add(file, may_show)?;
            }
            self.ask(&Request::Place(batch.files), batch.descriptors)
                .await?;
        }
        Ok(())
    }

    /// In one frame: the directory is made whole.
    pub(super) async fn furnish_all(
        &mut self,
        files: Vec<PlacedFile>,
        writable: bool,
    ) -> Result<(), WallError> {
        let mut batch = Batch::default();
        for file in files {
            batch.add(file, false)?;
        }
        if batch.inline > runner::frames::MAX_FRAME / 2 || batch.descriptors.len() > FILES_PER_FRAME
        {
            let many = "more files than fit into a working directory at once";
            return Err(WallError::Refused(many.to_owned()));
        }
        let Batch {
            files, descriptors, ..
        } = batch;
        self.ask(&Request::Furnish { files, writable }, descriptors)
            .await
    }

    pub(super) async fn collect_all(
        &mut self,
        dir: &str,
        limits: CollectLimits,
    ) -> Result<Vec<CollectedFile>, WallError> {
        let CollectLimits { files, total_bytes } = limits;
        self.expect_files(total_bytes);
        let directory = below_work(dir)?;
        self.collected(Request::Collect {
            directory,
            files,
            total_bytes,
        })
        .await
    }

    pub(super) async fn take_some(
        &mut self,
        dir: &str,
        wanted: &[WantedFile],
    ) -> Result<Vec<CollectedFile>, WallError> {
        let directory = below_work(dir)?;
        let wanted = wanted.iter().map(|file| FileWanted {
            name: file.name.clone(),
            most_bytes: file.most_bytes,
            remove: file.remove,
        });
        let files: Vec<_> = wanted.collect();
        let most = |file: &FileWanted| file.most_bytes;
        self.expect_files(files.iter().map(most).fold(0, u64::saturating_add));
        self.collected(Request::Take { directory, files }).await
    }

    /// The answer to a call that was dropped may still be on its way.
    fn expect_files(&mut self, bytes: u64) {
        let before = if self.unanswered > 0 {
            self.collecting
        } else {
            0
        };
        self.collecting = bytes.max(before);
    }

    async fn collected(&mut self, request: Request) -> Result<Vec<CollectedFile>, WallError> {
        self.unanswered += 1;
        self.send(&request, Vec::new()).await?;
        let mut collected = Vec::new();
        loop {
            let (reply, descriptors) = self.answer().await?;
            let Reply::Collected { result, more } = reply else {
                return Err(self.lose("an answer of the wrong kind".to_owned()));
            };
            let taken = result.map_err(wall_error)?;
            if taken.len() != descriptors.len() {
                return Err(self.lose("files without content".to_owned()));
            }
            for (file, content) in taken.into_iter().zip(descriptors) {
                let protocol::FileTaken {
                    path,
                    len,
                    executable,
                    ..
                } = file;
                collected.push(CollectedFile {
                    path,
                    file: File::from(content),
                    len,
                    executable,
                });
            }
            if !more {
                return Ok(collected);
            }
        }
    }
}
