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

impl VendorAddress {
    /// Whether what may not leave the company's network may go there.
    pub fn is_local(&self) -> bool {
        match self {
            VendorAddress::Mirror => true,
            VendorAddress::Service(endpoint) => endpoint.is_local(),
        }
    }
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
    /// Neither a name nor an address in its usual form.
    #[error(
        "the host is neither a name nor an IP address in its usual form, such as 10.0.0.12 or [fd00::12]"
    )]
    Host,
    /// Not a port.
    #[error("the port is no number from 1 to 65535")]
    Port,
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
        if !has_real_port(authority) {
            return Err(EndpointError::Port);
        }
        let address = literal_address(authority);
        if address.is_none() && !is_name(authority.host()) {
            return Err(EndpointError::Host);
        }
        match address.map(is_public) {
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

/// No port at all, or one that can be connected to. What is no port would be left out in silence.
fn has_real_port(authority: &Authority) -> bool {
    let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    after_host.is_empty() || authority.port_u16().is_some_and(|port| port > 0)
}

/// A name of letters, digits, hyphens and underscores. One whose last label is a number would be read
/// as an address by the system's resolver, in forms such as `2130706433`, `0x7f.1` or `0177.0.0.1`
/// (WHATWG URL, "ends in a number").
fn is_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_hex = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    let is_number = last.bytes().all(|b| b.is_ascii_digit())
        || is_hex.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    !is_number && host.split('.').all(is_label)
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
            ("https://api.example.com./v1", false, None),
            ("https://vllm_1.0x7f.example/v1", false, None),
            ("http://[fd00::12]:8000/v1", true, None),
            ("https://0x7f.1/v1", false, Some(EndpointError::Host)),
            ("https://2130706433:8443/v1", false, Some(EndpointError::Host)),
            ("https://127.0.0.1./v1", false, Some(EndpointError::Host)),
            ("http://[fe80::1%25eth0]/v1", true, Some(EndpointError::Host)),
            ("https://a..example/v1", false, Some(EndpointError::Host)),
            ("https://api.example.com:0/v1", false, Some(EndpointError::Port)),
            ("https://api.example.com:65536/v1", false, Some(EndpointError::Port)),
            ("https://api.example.com:/v1", false, Some(EndpointError::Port)),
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
