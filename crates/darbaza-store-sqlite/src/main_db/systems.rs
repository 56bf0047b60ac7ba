//! Suspensions of AI systems.

use std::collections::BTreeMap;

use darbaza_core::{OrganisationId, SystemKey};
use darbaza_store::{StoreError, Suspension, SystemAct, SystemActKind, SystemStore};
use rusqlite::params;

use super::SqliteMain;
use crate::convert::{damaged, microseconds, timestamp, uuid};
use crate::open::engine;

impl SystemStore for SqliteMain {
    fn keep(&self, kept: &SystemAct) -> Result<(), StoreError> {
        let sql = "INSERT INTO system_act (system, number, organisation, id, act, at, who, reason)
            SELECT ?, 1 + ifnull(max(number), 0), ?, ?, ?, ?, ?, ? FROM system_act WHERE system = ?";
        let SystemAct { act, organisation, system, kind, reason } = kept;
        self.write("keeping an act on a system", |tx| {
            let values = params![
                system.as_str(),
                organisation.0.as_bytes(),
                act.id.as_bytes(),
                kind.as_str(),
                microseconds(act.at),
                act.who,
                reason,
                system.as_str(),
            ];
            tx.execute(sql, values).map(drop)
        })
    }

    fn suspended(&self) -> Result<Vec<Suspension>, StoreError> {
        let doing = "reading the acts on systems";
        let connection = self.connection();
        let mut statement = connection
            .prepare("SELECT system, act, at, organisation FROM system_act ORDER BY system, number")
            .map_err(engine(doing))?;
        let rows = statement
            .query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?, uuid(row, 3)?))
            })
            .map_err(engine(doing))?;
        let mut suspended = BTreeMap::new();
        for row in rows {
            let (system, act, at, organisation) = row.map_err(engine(doing))?;
            let system: SystemKey = system.parse().map_err(|_| damaged("the system of an act"))?;
            if act == SystemActKind::Resumed.as_str() {
                suspended.remove(&system);
            } else {
                // A second suspension adds a reason; the system is suspended since the first.
                let (organisation, since) = (OrganisationId(organisation), timestamp(at)?);
                let suspension = Suspension { organisation, system: system.clone(), since };
                suspended.entry(system).or_insert(suspension);
            }
        }
        Ok(suspended.into_values().collect())
    }
}
