//! Routes: the ways to vendors' models.

use darbaza_core::{ModelName, RouteKey, VendorKey};

/// A way to one model of a vendor.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Its key.
    pub key: RouteKey,
    /// The vendor it leads to.
    pub vendor: VendorKey,
    /// The vendor's name of the model; the client's word is passed on where there is none.
    pub model: Option<ModelName>,
    /// The route to take where this one may not be taken or its vendor cannot be reached. Chains
    /// end: a route never leads back to itself.
    pub fallback: Option<RouteKey>,
}
