//! Every way to write an address inside, as that of a vendor that is not marked local.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use darbaza_tests::{Call, Ran, Serve};
use http::Method;
use serde_json::{Value, json};

use super::canary::{Canary, own_address};

/// Hosts that are an address inside, or a name of one.
const HOSTS: &[&str] = &[
    // Loopback: RFC 1122, 3.2.1.3.
    "127.0.0.1",
    "127.0.0.2",
    "127.1.2.3",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    // Private networks: RFC 1918.
    "10.0.0.1",
    "10.255.255.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.255.254",
    // Link-local, and the metadata services of clouds: RFC 3927.
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    // Shared, protocol assignments, relay, benchmark: RFC 6598, 6890, 7526, 2544.
    "100.64.0.1",
    "100.127.255.254",
    "192.0.0.1",
    "192.0.0.192",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.254",
    // Multicast, reserved, broadcast: RFC 5771, 1112, 919.
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    // One number, octal, hexadecimal, short: what inet_aton reads.
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7F.0x0.0x0.0x1",
    "0177.0.0.1",
    "0177.0000.0000.0001",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0",
    "00000000177.1",
    "167772161",
    "0xa000001",
    "012.1",
    "10.1",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "0x7f.0.0.0x01",
    "127.000.000.001",
    "4294967295",
    "0xffffffff",
    "2130706433.0",
    "127.0.0.0x1",
    "3232235521",
    "0300.0250.1",
    // IPv6 loopback and unspecified, long and short.
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0.0.0.1]",
    // Unique local, link-local, site-local, multicast: RFC 4193, 4291, 3879.
    "[fc00::1]",
    "[fd00::1]",
    "[fd00:ec2::254]",
    "[fdff:ffff::1]",
    "[fe80::1]",
    "[fe80::a9fe:a9fe]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[ff05::1:3]",
    // With an IPv4 address inside: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP.
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:c0a8:1::1]",
    "[2001::1]",
    "[2001:0:7f00:1::]",
    "[fe80::5efe:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::FFFF:127.0.0.1]",
    "[100::1]",
    "[5f00::1]",
    // Zone ids: RFC 6874.
    "[fe80::1%25lo]",
    "[fe80::1%lo]",
    "[::1%25lo]",
    "[::1%lo]",
    "[fe80::1%251]",
    // Names of this machine, with and without the final dot.
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ip6-localhost",
    "ip6-loopback",
    "LocalHost.",
    "127.0.0.1.",
    "[::1].",
    // Digits and dots of other scripts, encoded octets, soft hyphens, line breaks.
    "１２７.0.0.1",
    "127。0。0。1",
    "①②⑦.0.0.1",
    "ⓛocalhost",
    "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1",
    "loc\u{ad}alhost",
    "xn--localhost-",
    "127.0.0.1\t",
    "\t127.0.0.1",
    "127.0.0.1\u{0}.example.com",
    "127.0.0.1%00.example.com",
    "local\r\nhost",
    "127.0.0.1 example.com",
];

/// Whole addresses whose host is not where it seems to be. `PORT` is the canary's.
const URLS: &[&str] = &[
    "https://api.example.com@127.0.0.1:PORT/v1",
    "https://api.example.com:443@127.0.0.1:PORT/v1",
    "https://user:word@localhost:PORT/v1",
    "https://127.0.0.1:PORT@localhost/v1",
    "https://127.0.0.1:PORT#@api.example.com/v1",
    "https://127.0.0.1:PORT?@api.example.com/v1",
    "https://127.0.0.1:PORT\\@api.example.com/v1",
    "https://api.example.com\\@127.0.0.1:PORT/v1",
    "https://127.0.0.1:PORT;@api.example.com/v1",
    "https://127.0.0.1:PORT,api.example.com/v1",
    "https:127.0.0.1:PORT/v1",
    "https:/127.0.0.1:PORT/v1",
    "https:///127.0.0.1:PORT/v1",
    "https://///127.0.0.1:PORT/v1",
    "https:\\\\127.0.0.1:PORT/v1",
    "//127.0.0.1:PORT/v1",
    "127.0.0.1:PORT/v1",
    "HTTPS://127.0.0.1:PORT/v1",
    "https://127.0.0.1/v1",
    "https://127.0.0.1:/v1",
    "https://localhost:/v1",
    "https://[::1]/v1",
    "https://localhost/v1",
    "https://localhost:0/v1",
    "https://localhost:00443/v1",
    "https://localhost:65536/v1",
    "https://localhost:99999999999/v1",
    "https://localhost:+PORT/v1",
    "https://localhost:-1/v1",
    "https://localhost:PORT:PORT/v1",
    "https://[::1:PORT/v1",
    "https://::1:PORT/v1",
    "http://127.0.0.1:PORT/v1",
    "http://localhost:PORT/v1",
    "http://api.example.com/v1",
    "ftp://127.0.0.1:PORT/v1",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/v1",
    "unix:///run/docker.sock",
    "data:text/plain,127.0.0.1",
];

/// Every address that is tried.
fn urls(port: u16) -> Vec<String> {
    let mut urls: Vec<String> = HOSTS.iter().map(|host| format!("https://{host}:{port}/v1")).collect();
    urls.extend(URLS.iter().map(|url| url.replace("PORT", &port.to_string())));
    // Addresses of this machine's own, where it has some.
    for other in ["192.0.2.1:9", "[2001:db8::1]:9"] {
        match own_address(other) {
            Some(IpAddr::V4(ip)) if ip.is_private() => urls.push(format!("https://{ip}:{port}/v1")),
            Some(IpAddr::V6(ip)) if ip.is_unique_local() => urls.push(format!("https://[{ip}]:{port}/v1")),
            _ => {}
        }
    }
    urls
}

/// A register with a vendor abroad, a route and a model name for each address; the rest is the sample's.
fn register(count: usize) -> String {
    let sample = include_str!("../../../../../sample/register.yaml");
    let (before, _) = sample.split_once("---\nvendors:").unwrap();
    let list = |of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<String>();
    format!(
        "{before}---\nvendors:\n{}---\nroutes:\n{}---\nsystems:\n{}{}{}",
        list(&|n| format!(
            "  - {{ key: v{n}, name: V{n}, country: US, training: excluded, contracts: [{{ number: N{n}, until: 2099-12-31 }}] }}\n"
        )),
        list(&|n| format!("  - {{ key: r{n}, vendor: v{n} }}\n")),
        "  - key: support-chat\n    organisation: sauda-market\n    name: { kk: Чат, ru: Чат, en: Chat }\n    \
         state: live\n    language: ru\n    scope: opening\n    models:\n      named:\n",
        list(&|n| format!("        m{n}: r{n}\n")),
        "    uses:\n      - purpose: customer-support\n        basis: { ground: consent, law: [PD 8, PD 16] }\n        \
         otherwise: masked\n",
    )
}

fn configuration(urls: &[String]) -> String {
    let mut text =
        "register = \"register.yaml\"\n[gateway]\nlisten = \"127.0.0.1:0\"\n[operations]\nlisten = \
        \"127.0.0.1:0\"\n[limits]\nconnect_seconds = 2\nfirst_byte_seconds = 4\n"
            .to_owned();
    for (n, url) in urls.iter().enumerate() {
        // A string of JSON is one of TOML.
        text.push_str(&format!("[vendors.v{n}]\nurl = {}\n", Value::from(url.as_str())));
    }
    text
}

/// Whether the host is an address in the one form that everybody reads alike: RFC 3986, 3.2.2.
fn is_literal(url: &str) -> bool {
    let host =
        url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_inside_is_connected_to_for_a_vendor_that_is_not_marked_local() {
    let canary = Canary::start().await;
    for host in ["127.0.0.1", "[::1]"] {
        drop(tokio::net::TcpStream::connect(format!("{host}:{}", canary.port)).await.unwrap());
    }
    while canary.seen().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let urls = urls(canary.port);
    assert!(urls.len() >= 150, "{} addresses", urls.len());

    // The first door: what the configuration says by itself.
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("register.yaml", register(urls.len()));
    write("darbaza.toml", configuration(&urls));
    let checked = Ran::new(folder.path(), &["check", "--config", "darbaza.toml"]);
    assert_eq!((checked.code, checked.err.as_str()), (1, ""), "{}", checked.out);
    let refused: BTreeSet<usize> = (0..urls.len())
        .filter(|n| checked.out.lines().any(|line| line.contains(&format!(": vendor v{n}: "))))
        .collect();
    let passed: Vec<String> =
        (0..urls.len()).filter(|n| !refused.contains(n)).map(|n| urls[n].clone()).collect();
    for url in &passed {
        assert!(
            !is_literal(url) && url.to_ascii_lowercase().starts_with("https://"),
            "{url} passes the check"
        );
        assert!(!url.contains('@') && url.is_ascii(), "{url} passes the check");
    }

    // The second: what is looked up when a request is sent.
    write("register.yaml", register(passed.len()));
    write("darbaza.toml", configuration(&passed));
    let server = Serve::start(folder.path(), "darbaza.toml");
    let issue = ["key", "issue", "--system", "support-chat", "--config", "darbaza.toml"];
    let issued = Ran::new(folder.path(), &issue).expect(0);
    let key = issued.split_whitespace().find(|word| word.starts_with("dbz_")).expect("a key").to_owned();
    let calls: Vec<_> = (0..passed.len())
        .map(|n| {
            let body =
                json!({ "model": format!("m{n}"), "messages": [{ "role": "user", "content": "Сәлем" }] });
            let call =
                Call::new(server.gateway(), Method::POST, "/v1/chat/completions").key(&key).json(&body);
            tokio::spawn(call.send())
        })
        .collect();
    for (call, url) in calls.into_iter().zip(&passed) {
        let answer = call.await.unwrap();
        let code = answer.code();
        assert!(["vendor_error", "vendor_timeout"].contains(&code.as_str()), "{url}: {}", answer.text());
    }
    server.stop();
    let seen = canary.seen();
    assert_eq!(seen.len(), 2, "somebody came: {:?}", &seen[2..]);
    println!(
        "{} addresses: {} refused by the configuration, {} at the connection",
        urls.len(),
        refused.len(),
        passed.len()
    );
}
