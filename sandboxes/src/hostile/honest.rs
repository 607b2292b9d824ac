//! Honest submissions for the mixed run: what each computes is known, and what it costs alone is measured.

use std::time::Duration;

use super::suite::{Suite, SuiteError};
use super::tools::{artifact, planned, read_back, run, within};
use crate::languages::{RunPlan, Sources};
use crate::outcome::{Exit, Outcome};
use crate::sandbox::Limits;

/// One kind of honest submission.
pub(super) struct Honest {
    pub(super) name: &'static str,
    language: &'static str,
    source: &'static str,
    stdin: &'static str,
    prints: &'static str,
}

/// Short and long, in cache and out of it, compiled and interpreted, alone and with threads.
pub(super) const HONEST: [Honest; 5] = [
    Honest {
        name: "sum",
        language: "c",
        source: include_str!("control.c"),
        stdin: "40 2\n",
        prints: "42",
    },
    Honest {
        name: "sieve",
        language: "c",
        source: "#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n    int n = 0, count = 0;\n    if (scanf(\"%d\", &n) != 1) return 1;\n    for (int round = 0; round < 6; round++) {\n        char *composite = calloc(n + 1, 1);\n        count = 0;\n        for (long i = 2; i <= n; i++) {\n            if (composite[i]) continue;\n            count++;\n            for (long j = i * i; j <= n; j += i) composite[j] = 1;\n        }\n        free(composite);\n    }\n    printf(\"%d\\n\", count);\n}\n",
        stdin: "2000000\n",
        prints: "148933",
    },
    Honest {
        name: "pages",
        language: "c",
        source: "#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n    unsigned long sum = 0;\n    char *memory = malloc(48 << 20);\n    for (unsigned long i = 0; i < 48ul << 20; i += 512) memory[i] = (char)(i >> 12);\n    for (unsigned long i = 0; i < 48ul << 20; i += 4096) sum += (unsigned char)memory[i];\n    printf(\"%lu\\n\", sum);\n}\n",
        stdin: "\n",
        prints: "1566720",
    },
    Honest {
        name: "threads",
        language: "c",
        source: "#include <pthread.h>\n#include <stdio.h>\nstatic void *work(void *of) {\n    unsigned long sum = (unsigned long)of;\n    for (unsigned long i = 0; i < 8000000; i++) sum = sum * 6364136223846793005ul + 1442695040888963407ul;\n    return (void *)(sum & 1 ? sum : sum + 1);\n}\nint main(void) {\n    pthread_t threads[3];\n    void *result;\n    int odd = 0;\n    for (long i = 0; i < 3; i++) pthread_create(&threads[i], 0, work, (void *)i);\n    for (int i = 0; i < 3; i++) pthread_join(threads[i], &result), odd += (unsigned long)result & 1;\n    printf(\"%d\\n\", odd);\n}\n",
        stdin: "\n",
        prints: "3",
    },
    Honest {
        name: "words",
        language: "python3",
        source: "words = {}\nfor number in range(60000):\n    word = str(number * 7919 % 1009)\n    words[word] = words.get(word, 0) + 1\nprint(len(words), max(words.values()))\n",
        stdin: "\n",
        prints: "1009 60",
    },
];

/// What a run of one came to.
pub(super) struct Judged {
    /// What is wrong with its verdict.
    pub(super) wrong: Option<String>,
    pub(super) cpu: Duration,
}

impl Honest {
    pub(super) async fn plan(&self, suite: &Suite) -> Result<RunPlan, SuiteError> {
        let toolchain =
            suite
                .site
                .toolchains
                .get(self.language)
                .map_err(|reason| SuiteError::Prepare {
                    program: self.name.to_owned(),
                    reason,
                })?;
        let sources = Sources::single(toolchain.language().source.default.clone(), self.source);
        let artifact = artifact(
            &suite.site,
            toolchain,
            &format!("honest-{}", self.name),
            &sources,
            &suite.shelf,
        )
        .await?;
        Ok(toolchain.run_plan(&artifact, Limits::of_ours(&suite.site).memory_bytes))
    }

    /// Judges it once, in a sandbox of its own.
    pub(super) async fn judge(&self, suite: &Suite, plan: &RunPlan) -> Result<Judged, SuiteError> {
        let site = &suite.site;
        let outcome = within(site, plan.place.clone(), async |sandbox| {
            run(sandbox, planned(plan, self.stdin, Limits::of_ours(site))?).await
        })
        .await?;
        Ok(Judged {
            wrong: self.wrong(&outcome)?,
            cpu: outcome.cpu,
        })
    }

    fn wrong(&self, outcome: &Outcome) -> Result<Option<String>, SuiteError> {
        let printed = String::from_utf8_lossy(&read_back(outcome)?)
            .trim_end()
            .to_owned();
        let is_right = printed == self.prints
            && (outcome.exit, outcome.stop, outcome.oom_kills) == (Exit::Code(0), None, 0);
        let said = || {
            format!(
                "{} printed {printed:.80?}, {:?} {:?}, {} killed",
                self.name, outcome.exit, outcome.stop, outcome.oom_kills
            )
        };
        Ok((!is_right).then(said))
    }
}
