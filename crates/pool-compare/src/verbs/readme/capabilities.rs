//! What backends can beyond the contract, pull in and consist of: the rows in which they differ.

use pool_measure::{capability::Capability, dependencies::packages, entry::BackendEntry};

use super::{
    backends::lines_of,
    expression::{Expression, Made, nothing},
    scope::Scope,
};
use crate::tables::rows;

pub(super) const EXPRESSIONS: [Expression; 1] = [Expression::block(
    ["capabilities", ""],
    "in what backends differ, with what proves it",
    capabilities,
)];

const HAS: &str = "●";

/// What proves that packages and their numbers are as they are told.
const DEPENDENCIES: &str = "crates/pool-measure/src/dependencies.rs";

fn capabilities(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    let backends = scope.backends;
    let names = backends.iter().map(|it| it.name().to_owned());
    let header = [String::new()]
        .into_iter()
        .chain(names)
        .chain(["proved by".to_owned()])
        .collect::<Vec<_>>();
    let mut table = Vec::new();
    for capability in Capability::ALL {
        let (what, proof) = told(capability);
        let has = |it: &BackendEntry| if it.capabilities.contains(&capability) { HAS } else { "" };
        table.push(row(
            what,
            backends.iter().map(|it| has(it).to_owned()),
            &proof_link(scope, proof)?,
        ));
    }
    let pulled_in =
        |it: &BackendEntry| packages(it.package).map_or("?".to_owned(), |it| it.to_string());
    let proof = proof_link(scope, DEPENDENCIES)?;
    table.push(row("Packages pulled in", backends.iter().map(pulled_in), &proof));
    let lines = backends.iter().map(|it| lines_of(scope, it)).collect::<Result<Vec<_>, _>>()?;
    let common = lines.iter().map(|it| it.common.to_string());
    table.push(row("Lines of code", common, "counted, without blank lines, comments and tests"));
    let mut others: Vec<&String> = lines.iter().flat_map(|it| &it.others).map(|it| &it.0).collect();
    others.sort();
    others.dedup();
    for file in others {
        let count = lines.iter().map(|it| it.others.iter().find(|(name, _)| name == file));
        let count = count.map(|it| it.map(|(_, count)| count.to_string()).unwrap_or_default());
        table.push(row(&format!("Lines of code in `{file}`, besides"), count, "counted"));
    }
    Ok(rows(&header, &table))
}

fn row(what: &str, of_each: impl Iterator<Item = String>, proof: &str) -> Vec<String> {
    [what.to_owned()].into_iter().chain(of_each).chain([proof.to_owned()]).collect()
}

/// What a capability is in a few words, and the file with the tests that prove it.
fn told(capability: Capability) -> (&'static str, &'static str) {
    const ASYNC: &str = "crates/pool-conformance/src/async_cases.rs";
    match capability {
        Capability::AsyncSubmit => ("`submit_async(job).await`", ASYNC),
        Capability::AsyncResults => ("`recv_async().await`, results as a `Stream`", ASYNC),
        Capability::AsyncHandlers => (
            "Async handlers: more jobs in flight than threads",
            "crates/pool-tokio/tests/async_lane.rs",
        ),
        Capability::Fork => {
            ("A handler forks onto the pool's threads", "crates/pool-any/tests/capabilities.rs")
        }
        other => (other.name(), "crates/pool-measure/src/capability.rs"),
    }
}

fn proof_link(scope: &Scope<'_>, path: &str) -> Made {
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(format!("[`{name}`]({})", scope.link(path)?))
}

#[cfg(test)]
mod tests {
    use crate::verbs::readme::{expression::make, passage::Place, scope::tests::without_run};

    #[test]
    fn each_row_in_which_backends_differ_has_its_proof() {
        let block = Place::Block(String::new());
        let table = make(&without_run(), "capabilities", &block).unwrap();
        for row in [
            "|  | std | crossbeam | flume | rayon | tokio | proved by |",
            "| `submit_async(job).await` |  |  | ● |  | ● | \
             [`async_cases.rs`](crates/pool-conformance/src/async_cases.rs) |",
            "| A handler forks onto the pool's threads |  |  |  | ● |  | \
             [`capabilities.rs`](crates/pool-any/tests/capabilities.rs) |",
        ] {
            assert!(table.contains(row), "{table}");
        }
        assert!(table.contains("| Packages pulled in | 0 |"), "{table}");
        assert!(
            table.contains("| Lines of code in `async_lane.rs`, besides |  |  |  |  | "),
            "{table}"
        );
    }
}
