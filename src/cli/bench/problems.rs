//! The problem package the benches submit to.

use std::path::Path;

use anyhow::Context;

/// Its id.
pub(super) const SUM: &str = "benchsum";

/// An accepted solution in C.
pub(super) const SUM_SOURCE: &str = "#include <stdio.h>\n\nint main(void) {\n    long a, b;\n    if (scanf(\"%ld %ld\", &a, &b) != 2)\n        return 1;\n    printf(\"%ld\\n\", a + b);\n    return 0;\n}\n";

/// How many testcases it has.
pub(super) const SUM_TESTCASES: usize = 10;

/// Settings under which nothing is refused.
pub(super) const OPEN_ADMISSION: &[&str] = &[
    "admission.user_bucket.burst=1000000000",
    "admission.user_bucket.refill_per_second=1000000000",
    "admission.ip_bucket.burst=1000000000",
    "admission.ip_bucket.refill_per_second=1000000000",
    "admission.shedding.high_water=1000000000",
    "admission.shedding.low_water=500000000",
    "admission.fairness.buffer=1000000000",
];

/// Writes the package below `dir`.
pub(super) fn write_sum(dir: &Path) -> anyhow::Result<()> {
    let root = dir.join(SUM);
    let secret = root.join("data/secret");
    std::fs::create_dir_all(&secret).context("failed to write the bench's problem")?;
    std::fs::write(
        root.join("problem.yaml"),
        "name: Sum for benches\nlimits:\n  memory: 256\n",
    )?;
    std::fs::write(root.join(".timelimit"), "1\n")?;
    for case in 1..=SUM_TESTCASES {
        std::fs::write(
            secret.join(format!("{case:02}.in")),
            format!("{case} {}\n", case * 7),
        )?;
        std::fs::write(
            secret.join(format!("{case:02}.ans")),
            format!("{}\n", case * 8),
        )?;
    }
    Ok(())
}
