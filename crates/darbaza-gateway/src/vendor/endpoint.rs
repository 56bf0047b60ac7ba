//! A vendor's base address, checked once when the configuration is read.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::{Authority, Scheme};
use zeroize::Zeroizing;

use super::address::is_public;

/// Where a vendor is.
pub enum VendorAddress {
    /// The built-in vendor that answers with what it received.
    Mirror,
    /// A service.
    Service(Endpoint),
}

/// A service's base address with the secret that is bound to it.
pub struct Endpoint {
    base: Uri,
    secret: Option<Zeroizing<String>>,
    local: bool,
}

/// Why an address cannot be a vendor's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL with scheme and host.
    #[error("the address is no URL with a scheme and a host")]
    NotAUrl,
    /// A user or password in the address.
    #[error("the address carries a user name or password; give the secret apart from it")]
    Userinfo,
    /// A query or fragment.
    #[error("the address has a query; a base address ends with its path")]
    Query,
    /// Neither http nor https.
    #[error("the address is neither http nor https")]
    Scheme,
    /// Unencrypted over a public network.
    #[error("the address is http and not marked local: what is sent there could be read on the way")]
    Unencrypted,
    /// A private address without the mark.
    #[error("the address is inside a private range and not marked local")]
    Private,
    /// A public address with the mark.
    #[error("the address is public and marked local: what may not leave the network would leave it")]
    Public,
    /// A secret that cannot stand in a header.
    #[error("the secret holds characters that cannot stand in a header")]
    Secret,
}

impl Endpoint {
    /// Whether that base address can be used.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check(base: &str, local: bool) -> Result<(), EndpointError> {
        Endpoint::new(base, None, local).map(drop)
    }

    /// A service at that base address. The secret is sent to its scheme, host and port only.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn new(
        base: &str,
        secret: Option<Zeroizing<String>>,
        local: bool,
    ) -> Result<Endpoint, EndpointError> {
        let base: Uri = base.trim_end_matches('/').parse().map_err(|_| EndpointError::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (base.scheme(), base.authority()) else {
            return Err(EndpointError::NotAUrl);
        };
        if authority.as_str().contains('@') {
            return Err(EndpointError::Userinfo);
        }
        if base.query().is_some() {
            return Err(EndpointError::Query);
        }
        if *scheme != Scheme::HTTPS && *scheme != Scheme::HTTP {
            return Err(EndpointError::Scheme);
        }
        if *scheme == Scheme::HTTP && !local {
            return Err(EndpointError::Unencrypted);
        }
        match literal_address(authority).map(is_public) {
            Some(false) if !local => return Err(EndpointError::Private),
            Some(true) if local => return Err(EndpointError::Public),
            _ => {}
        }
        if secret.as_ref().is_some_and(|s| bearer(s).is_none()) {
            return Err(EndpointError::Secret);
        }
        Ok(Endpoint { base, secret, local })
    }

    /// Whether private addresses are allowed.
    pub(crate) fn is_local(&self) -> bool {
        self.local
    }

    /// The address of one of the protocol's resources, such as `/chat/completions`.
    pub(crate) fn resource(&self, path: &str) -> Result<Uri, http::Error> {
        let base = self.base.path().trim_end_matches('/');
        let mut parts = self.base.clone().into_parts();
        parts.path_and_query = Some(format!("{base}{path}").try_into()?);
        Ok(Uri::from_parts(parts)?)
    }

    /// The value of the header `Authorization`, marked so that no log shows it.
    pub(crate) fn authorization(&self) -> Option<http::HeaderValue> {
        self.secret.as_ref().and_then(|s| bearer(s))
    }
}

fn bearer(secret: &str) -> Option<http::HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {secret}"));
    let mut value = http::HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn literal_address(authority: &Authority) -> Option<IpAddr> {
    authority.host().trim_start_matches('[').trim_end_matches(']').parse().ok()
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret.as_ref().map(|_| "..");
        f.debug_struct("Endpoint").field("base", &self.base).field("secret", &secret).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_can_be_meant_are_taken() {
        let cases = [
            ("https://api.example.com/v1", false, None),
            ("https://api.example.com/v1/", false, None),
            ("http://127.0.0.1:8080/v1", true, None),
            ("http://api.example.com/v1", false, Some(EndpointError::Unencrypted)),
            ("https://10.0.0.1/v1", false, Some(EndpointError::Private)),
            ("https://[::ffff:127.0.0.1]/v1", false, Some(EndpointError::Private)),
            ("http://93.184.216.34/v1", true, Some(EndpointError::Public)),
            ("https://user:word@api.example.com/v1", false, Some(EndpointError::Userinfo)),
            ("https://api.example.com/v1?key=1", false, Some(EndpointError::Query)),
            ("ftp://api.example.com/v1", false, Some(EndpointError::Scheme)),
            ("/v1", false, Some(EndpointError::NotAUrl)),
            ("", false, Some(EndpointError::NotAUrl)),
        ];
        for (base, local, expected) in cases {
            assert_eq!(Endpoint::new(base, None, local).err(), expected, "{base}");
        }
    }

    #[test]
    fn the_secret_shows_nowhere() {
        let secret = Zeroizing::new("sk-canary".to_owned());
        let endpoint = Endpoint::new("https://api.example.com/v1", Some(secret), false).unwrap();
        assert_eq!(
            endpoint.resource("/chat/completions").unwrap(),
            "https://api.example.com/v1/chat/completions"
        );
        let shown = format!("{endpoint:?} {:?}", endpoint.authorization());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
