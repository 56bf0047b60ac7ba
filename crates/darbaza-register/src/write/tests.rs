
#[test]
fn todo() {}
