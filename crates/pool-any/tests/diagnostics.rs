//! What the compiler says of a mistake that is often made, where the words are ours.

#[test]
fn a_pool_that_cannot_be_awaited_is_told_from_those_that_can() {
    trybuild::TestCases::new().compile_fail("tests/ui/awaited.rs");
}
