//! Somebody who listens where nobody must come.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// Who came, and what each sent.
type Seen = Vec<(SocketAddr, Vec<u8>)>;

/// Listens on every address of this machine, of both versions of IP.
pub(super) struct Canary {
    /// The port of its own; it listens on those that URLs leave out as well, where the system allows it.
    pub(super) port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Canary {
    pub(super) async fn start() -> Canary {
        let seen = Arc::default();
        let port = listen((Ipv6Addr::UNSPECIFIED, 0).into(), &seen).await.expect("a port");
        for known in [80, 443] {
            drop(listen((Ipv6Addr::UNSPECIFIED, known).into(), &seen).await);
        }
        Canary { port, seen }
    }

    /// Who came, with what they sent.
    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

async fn listen(at: SocketAddr, seen: &Arc<Mutex<Seen>>) -> std::io::Result<u16> {
    let listener = TcpListener::bind(at).await?;
    let (port, seen) = (listener.local_addr()?.port(), Arc::clone(seen));
    tokio::spawn(async move {
        while let Ok((mut stream, from)) = listener.accept().await {
            let number = {
                let mut seen = seen.lock().unwrap();
                seen.push((from, Vec::new()));
                seen.len() - 1
            };
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let mut sent = Vec::new();
                while stream.read_buf(&mut sent).await.is_ok_and(|n| n > 0) {
                    seen.lock().unwrap()[number].1.clone_from(&sent);
                }
            });
        }
    });
    Ok(port)
}

/// The address of this machine from which it reaches another one, of that version of IP.
pub(super) fn own_address(other: &str) -> Option<IpAddr> {
    let any = if other.contains('.') { "0.0.0.0:0" } else { "[::]:0" };
    let socket = std::net::UdpSocket::bind(any).ok()?;
    // Nothing is sent: a datagram socket only looks up its route.
    socket.connect(other).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}
