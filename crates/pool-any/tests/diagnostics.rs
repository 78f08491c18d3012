//! What the compiler says of mistakes that are often made: in our words, or as the documentation of
//! `Backend::spawn` quotes it.

#[test]
fn each_mistake_has_its_message() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
