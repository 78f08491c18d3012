//! The tables of the run.

use super::{
    expression::{Expression, Made, Refusal},
    markup::figure,
    scope::Scope,
};
use crate::{cell::Kind, tables::markdown};

pub(super) const EXPRESSIONS: [Expression; 1] = [Expression::block(
    ["table", "throughput|latency|shutdown|cost"],
    "the ranks of all cells of a kind",
    table,
)];

fn table(scope: &Scope<'_>, words: &[&str]) -> Made {
    let kind = match words {
        [name] => Kind::ALL.into_iter().find(|kind| kind.name() == *name),
        _ => None,
    };
    let kind = kind.ok_or(Refusal::Words)?;
    let table = markdown(&scope.run()?.opened.analysis, kind);
    Ok(figure(&table.ok_or_else(|| format!("the run has nothing of {}", kind.name()))?))
}

#[cfg(test)]
mod tests {
    use crate::{
        cell::Kind,
        verbs::readme::{expression::make, passage::Place, scope::tests::scope},
    };

    #[test]
    fn there_is_a_table_of_each_kind() {
        let block = Place::Block(String::new());
        for kind in Kind::ALL {
            let table = make(&scope(), &format!("table {}", kind.name()), &block).unwrap();
            assert!(
                table.contains("|  | in | std | crossbeam | flume | rayon | tokio |"),
                "{table}"
            );
            assert!(!table.contains("| us |"), "{table}");
        }
        let said = make(&scope(), "table speed", &block).unwrap_err();
        assert_eq!(said, "`table` takes throughput|latency|shutdown|cost");
    }
}
