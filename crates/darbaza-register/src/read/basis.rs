//! Legal bases: the grounds are a closed list, consent or a case of article 9 (PD 7(1), 9).

use super::build::{Builder, line};
use crate::file::BasisEntry;
use crate::model::{Basis, Ground, cites};

impl Builder {
    pub(super) fn basis(&mut self, of: &str, entry: BasisEntry) -> Basis {
        let at = line(&entry.ground);
        let basis =
            Basis { ground: entry.ground.value, law: self.citations(of, entry.law), until: entry.until };
        let has = |article: &str| basis.law.iter().any(|citation| cites(citation, article));
        match basis.ground {
            Ground::Consent if !has("PD 8") => self.problem(
                at,
                format!("{of} is consent and does not cite PD 8"),
                "write law: [PD 8], and PD 16 where consent to cross-border transfer was given",
            ),
            Ground::Law if !has("PD 9") => self.problem(
                at,
                format!("{of} is a case without consent and cites no item of PD 9"),
                "cite the item, such as PD 9(4); for PD 9(10) also the law that names the case",
            ),
            Ground::Law if has("PD 9(10)") && basis.law.iter().all(|l| l.starts_with("PD ")) => self.problem(
                at,
                format!("{of} is a case that another law names (PD 9(10)) and does not cite that law"),
                "add the act and article that names the case beside PD 9(10)",
            ),
            Ground::Consent | Ground::Law => {}
        }
        basis
    }
}
